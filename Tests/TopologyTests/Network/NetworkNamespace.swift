import TestSupport

/// A network of its own, in which commands can be tried without touching the host's.
enum NetworkNamespace {
    private static func run(_ lines: [String]) throws -> Executable.Outcome {
        try Executable.shell("unshare -rn /bin/sh <<'END'\n" + lines.joined(separator: "\n") + "\nEND\n", tool: "none")
    }

    static let isPossible =
        (try? run(["ip link add name veth0 type veth peer name veth1 && command -v ethtool"]))?.status == 0

    /// The commands that a tool does not understand. What the kernel lacks is no fault of the command: `ip` then ends with 2,
    /// `ethtool` with 76, and a VLAN's interface is put in place by other means.
    static func problems(_ commands: [String], interfaces: [String]) throws -> [String] {
        var script = interfaces.enumerated().map { "ip link add name \($1) type veth peer name peer\($0)" }
        for (index, command) in commands.enumerated() where !command.hasPrefix("dcb") {
            let isVLAN = command.contains(" type vlan ")
            let words = command.split(separator: " ")
            script.append("\(command) 2>/dev/null; code=$?")
            script.append("case $code in 0|2|76) ;; *) echo '\(command)' ;; esac")
            if isVLAN, let name = words.firstIndex(of: "name").map({ words[$0 + 1] }) {
                script.append("[ $code = 0 ] || ip link add name \(name) type veth peer name vlan\(index)")
            }
        }
        return try run(script).output.split(separator: "\n").map(String.init)
    }
}
