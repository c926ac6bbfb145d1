extension TemporaryTree {
    /// Builds the host that `Tests/Hosts/<name>.host` describes.
    ///
    /// After a line `== PATH` come the lines of that file. `=> PATH TARGET` is a symbolic link, `=x PATH HEX` a file of
    /// bytes, `=! PATH` something that is there and cannot be read, as `EINVAL` files of sysfs cannot. A path may end in
    /// `{3..1023}`: that many of the same. What comes before the first of these is a comment.
    public func build(host name: String) throws {
        var path: String?
        var content: [Substring] = []
        func finish() throws {
            for file in path.map(expanded) ?? [] { try write(content.map { $0 + "\n" }.joined(), to: file) }
            path = nil
            content = []
        }
        for line in try repositoryText("Tests/Hosts/\(name).host").split(
            separator: "\n", omittingEmptySubsequences: false)
        {
            let rest = String(line.dropFirst(3))
            let words = rest.split(separator: " ").map(String.init)
            switch line.prefix(3) {
            case "== ":
                try finish()
                path = rest
            case "=> ":
                try finish()
                try link(words[0], to: words[1])
            case "=x ":
                try finish()
                try write(bytes(hexadecimal: words[1]), to: words[0])
            case "=! ":
                try finish()
                for file in expanded(rest) { try makeFolder(file) }
            default:
                content.append(line)
            }
        }
        // The text ends with a line end, behind which is nothing.
        content = content.dropLast()
        try finish()
    }

    private func expanded(_ path: String) -> [String] {
        let parts = path.split(separator: "{")
        let ends = parts.count == 2 ? parts[1].dropLast().split(separator: ".").compactMap { Int($0) } : []
        guard ends.count == 2 else { return [path] }
        return (ends[0]...ends[1]).map { "\(parts[0])\($0)" }
    }
}

/// The bytes that hexadecimal digits stand for.
public func bytes(hexadecimal text: String) -> [UInt8] {
    stride(from: 0, to: text.utf8.count - 1, by: 2).compactMap { offset in
        UInt8(text.dropFirst(offset).prefix(2), radix: 16)
    }
}
