import ClusterCore
import FoundationEssentials

/// A ``HealthDashboard`` as Grafana imports it: a document of its dashboard model with a variable for the source of data.
/// Source: Grafana documentation, JSON model.
public struct GrafanaDashboard: Sendable {
    private let document: Document

    public init(_ dashboard: HealthDashboard) {
        var top = 0
        var column = 0
        var panels: [Panel] = []
        for (number, panel) in dashboard.panels.enumerated() {
            let (width, height) = panel.form == .number ? (6, 4) : (12, 8)
            // A row of its own for each form.
            if column + width > 24 || (panels.last.map { $0.gridPos.h != height } ?? false) {
                top += panels.last?.gridPos.h ?? 0
                column = 0
            }
            panels.append(Panel(panel, id: number + 1, GridPosition(h: height, w: width, x: column, y: top)))
            column += width
        }
        document = Document(title: "Health: \(dashboard.name) \(dashboard.version)", panels: panels)
    }

    /// The document with sorted keys, so that equal dashboards give equal bytes.
    public func json() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(document))
    }

    // MARK: Grafana's names

    private struct Document: Encodable {
        let title: String
        let panels: [Panel]
        let schemaVersion = 39
        let editable = true
        let time = ["from": "now-24h", "to": "now"]
        let templating = ["list": [["name": "datasource", "type": "datasource", "query": "prometheus"]]]
    }

    private struct GridPosition: Encodable {
        let h: Int
        let w: Int
        let x: Int
        let y: Int
    }

    private struct Source: Encodable {
        let type = "prometheus"
        let uid = "${datasource}"
    }

    private struct Target: Encodable {
        let datasource = Source()
        let expr: String
        let legendFormat: String
        let refId = "A"
    }

    private struct Step: Encodable {
        let color: String
        /// `null` for the lowest step.
        let value: Double?

        private enum CodingKeys: String, CodingKey { case color, value }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(color, forKey: .color)
            try container.encode(value, forKey: .value)
        }
    }

    private struct Steps: Encodable {
        let mode = "absolute"
        let steps: [Step]
    }

    private struct Defaults: Encodable {
        let unit: String
        let thresholds: Steps
        let custom: [String: [String: String]]
    }

    private struct FieldConfiguration: Encodable {
        let defaults: Defaults
        let overrides: [String] = []
    }

    private struct Panel: Encodable {
        let id: Int
        let type: String
        let title: String
        let description: String
        let gridPos: GridPosition
        let datasource = Source()
        let targets: [Target]
        let fieldConfig: FieldConfiguration

        init(_ panel: HealthDashboard.Panel, id: Int, _ position: GridPosition) {
            self.id = id
            type = panel.form == .number ? "stat" : "timeseries"
            title = panel.title
            description = panel.thresholds.map { threshold in
                let until = threshold.resolveAt.map { ", until not \(threshold.comparator.rawValue) \($0)" } ?? ""
                return
                    "\(threshold.rule.rawValue): \(threshold.severity.rawValue) \(threshold.comparator.rawValue) "
                    + "\(threshold.fireAt)\(until)"
            }.joined(separator: "\n")
            gridPos = position
            let legend = panel.groupBy.map { "{{\($0)}}" }.joined(separator: " ")
            targets = [Target(expr: panel.query, legendFormat: legend.isEmpty ? "__auto" : legend)]
            let ranges = panel.ranges
            let steps = ranges.map { range in
                Step(
                    color: GrafanaDashboard.colour(range.severity), value: range.from == -.infinity ? nil : range.from)
            }
            fieldConfig = FieldConfiguration(
                defaults: Defaults(
                    unit: GrafanaDashboard.unit(panel.unit),
                    thresholds: Steps(steps: steps.isEmpty ? [Step(color: "green", value: nil)] : steps),
                    custom: steps.isEmpty || panel.form == .number
                        ? [:] : ["thresholdsStyle": ["mode": "line"]]))
        }
    }

    private static func colour(_ severity: Severity?) -> String {
        switch severity {
        case nil: "green"
        case .information?: "blue"
        case .warning?: "orange"
        case .critical?: "red"
        }
    }

    /// Grafana's name of a unit.
    private static func unit(_ unit: SignalUnit) -> String {
        switch unit {
        case .unknown, .count, .state: "none"
        case .countPerSecond: "cps"
        case .bytes: "bytes"
        case .bytesPerSecond: "binBps"
        case .bitsPerSecond: "bps"
        case .seconds: "s"
        case .ratio: "percentunit"
        case .celsius: "celsius"
        case .volts: "volt"
        case .amperes: "amp"
        case .watts: "watt"
        case .joules: "joule"
        case .revolutionsPerMinute: "rotrpm"
        case .hertz: "hertz"
        }
    }
}
