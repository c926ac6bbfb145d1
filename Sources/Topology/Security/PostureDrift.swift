/// What changed between two postures of the same cluster or host.
public struct PostureDrift: Sendable, Hashable {
    /// The controls that changed, in their order.
    public let changes: [Change]

    /// A control that changed.
    public struct Change: Sendable, Hashable {
        /// The control.
        public let control: SecurityControl
        /// How it stood, or `nil` where it was not known.
        public let from: ControlState?
        /// How it stands, or `nil` where it is not known.
        public let to: ControlState?
        /// What kind of change it is.
        public let direction: Direction
        /// Whether drift control will put it back by itself: it is on, it watches the control, and the control is weaker. `nil`
        /// where no page says whether it watches it, or whether drift control is on is not known.
        public let isPutBack: Bool?
    }

    /// A kind of change.
    public enum Direction: String, Sendable, Hashable, Codable, CaseIterable {
        case weaker, stronger
        /// It was known and is not any more, which counts as weaker.
        case lost
        /// It was not known and is.
        case learned
    }

    /// The changes from a baseline to what is there now.
    public init(from baseline: SecurityPosture, to current: SecurityPosture) {
        let driftControl = current.state(of: .driftControl)
        changes = SecurityControl.allCases.compactMap { control in
            let (old, new) = (baseline.state(of: control), current.state(of: control))
            guard old != new else { return nil }
            let direction: Direction
            switch (old, new) {
            case (let old?, let new?): direction = new < old ? .weaker : .stronger
            case (_?, nil): direction = .lost
            default: direction = .learned
            }
            var isPutBack: Bool? = false
            if direction == .weaker, control != .driftControl {
                switch (driftControl, control.isDriftControlled) {
                case (.off?, _), (_, false?): isPutBack = false
                case (.on?, true?): isPutBack = true
                default: isPutBack = nil
                }
            }
            return Change(control: control, from: old, to: new, direction: direction, isPutBack: isPutBack)
        }
    }

    /// The changes after which less is protected, or less is known.
    public var regressions: [Change] { changes.filter { $0.direction == .weaker || $0.direction == .lost } }
}
