/// A JSON document whose keys keep their order.
enum JSON {
    case null
    case bool(Bool)
    case integer(Int)
    case number(Double)
    case string(String)
    case array([JSON])
    case object([(String, JSON)])

    init(_ number: Double?) { self = number.map(JSON.number) ?? .null }

    func text(_ indent: String = "") -> String {
        let inner = indent + "  "
        func list(_ parts: [String], _ open: String, _ close: String) -> String {
            parts.isEmpty
                ? open + close : "\(open)\n\(inner)" + parts.joined(separator: ",\n\(inner)") + "\n\(indent)\(close)"
        }
        switch self {
        case .null: return "null"
        case .bool(let value): return "\(value)"
        case .integer(let value): return "\(value)"
        case .number(let value): return value.isFinite ? "\(value)" : "null"
        case .string(let value): return JSON.quoted(value)
        case .array(let elements): return list(elements.map { $0.text(inner) }, "[", "]")
        case .object(let members):
            return list(members.map { "\(JSON.quoted($0.0)): \($0.1.text(inner))" }, "{", "}")
        }
    }

    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
