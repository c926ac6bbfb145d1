#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

extension HostRoot {
    /// What a symbolic link holds; `nil` where there is none of that name.
    public func linkTarget(of relative: String) -> String? {
        guard let link = try? folder.openPlace(relative, following: false) else { return nil }
        defer { close(link) }
        guard let target = RootWalk.target(of: link) else { return nil }
        recorder?.record(.exists, at: relative)
        return target
    }

    /// The last part of what a symbolic link points to, such as the driver's name of `device/driver`.
    public func linkedName(of relative: String) -> String? {
        linkTarget(of: relative)?.split(separator: "/").last.map(String.init)
    }
}
