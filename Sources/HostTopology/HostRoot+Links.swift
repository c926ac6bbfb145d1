#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

extension HostRoot {
    /// What a symbolic link holds; `nil` where there is none of that name.
    public func linkTarget(of relative: String) -> String? {
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = unsafe bytes.withUnsafeMutableBytes { buffer -> Int in
            guard let start = unsafe buffer.assumingMemoryBound(to: CChar.self).baseAddress else { return 0 }
            return unsafe readlink(absolute(relative), start, buffer.count)
        }
        guard count > 0, count < bytes.count else { return nil }
        recorder?.record(.exists, at: relative)
        return String(validating: bytes.prefix(count), as: UTF8.self)
    }

    /// The last part of what a symbolic link points to, such as the driver's name of `device/driver`.
    public func linkedName(of relative: String) -> String? {
        linkTarget(of: relative)?.split(separator: "/").last.map(String.init)
    }
}
