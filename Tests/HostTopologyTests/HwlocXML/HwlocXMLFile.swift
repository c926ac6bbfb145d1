import Foundation
import TestSupport

/// A document that hwloc wrote, in a folder of its tests.
struct HwlocXMLFile: CustomStringConvertible {
    var path: String
    /// The archive of the files that it was written from; `nil` where that is not there.
    var archive: String?

    var description: String { path.split(separator: "/").last.map(String.init) ?? path }

    /// The documents of a folder that are of a version which is read; files of other kinds and versions are left alone.
    static func all(in folder: String) -> [HwlocXMLFile] {
        let machines = CapturedMachine.all(in: folder).machines
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.filter { $0.hasSuffix(".xml") }.sorted().compactMap { name in
            let path = "\(folder)/\(name)"
            guard let text = try? String(contentsOf: URL(filePath: path), encoding: .utf8),
                text.contains("<topology version=\"2") || text.contains("<topology version=\"3")
            else { return nil }
            return HwlocXMLFile(path: path, archive: machines.first { $0.answer == path }?.archive)
        }
    }
}
