public import ClusterCore

/// What "not connected" and "not measured" mean: every way in which a run ends without the figures that a verdict
/// needs, with the outcome that it leads to.
///
/// The line between the outcomes is what was shown. Where RDMA was tried and failed while the far end was there to
/// answer, the path is unfit. Where it could not be tried, or the far end went away, nothing was shown about the path,
/// and the outcome is undetermined, unless a requirement had already been broken by what was measured.
public enum Shortfall: String, Sendable, Hashable, Codable, CaseIterable {
    /// This host has no such RDMA device, or none that can be used for what was asked.
    case localDeviceAbsent = "local_device_absent"
    /// This host does not grant what the probe needs: locked memory, access to the device nodes, queues.
    case localResources = "local_resources"
    /// The control connection could not be made: refused, timed out, name not found, something else answers.
    case controlConnection = "control_connection"
    /// The far end declined: busy, not allowed, another protocol version, cannot prepare its device or memory.
    case refused
    /// The control connection stands, and RDMA fails: address, route, connect, accept or the first message.
    case rdmaConnection = "rdma_connection"
    /// An operation was lost or completed in error while the peer was alive.
    case operationLost = "operation_lost"
    /// The peer went away in the middle: the control connection was lost.
    case peerLost = "peer_lost"
    /// The run's deadline or its plan ended it before everything that the verdict needs was measured.
    case notMeasured = "not_measured"
    /// A percentile has too few samples.
    case tooFewSamples = "too_few_samples"
    /// The user ended the run.
    case interrupted

    /// The outcome that it leads to by itself. ``Verdict/Outcome/undetermined`` gives way to a requirement that was
    /// already broken.
    public var outcome: Verdict.Outcome {
        switch self {
        case .rdmaConnection, .operationLost: .unfit
        case .localDeviceAbsent, .localResources, .controlConnection, .refused, .peerLost, .notMeasured,
            .tooFewSamples, .interrupted:
            .undetermined
        }
    }

    /// What happened, as the table in Docs/Verdicts.md says it.
    public var situation: String {
        switch self {
        case .localDeviceAbsent: "the local RDMA device is absent, not up, or not the one asked for"
        case .localResources: "the local host does not grant locked memory, device nodes or queues"
        case .controlConnection: "the control connection is refused, times out or meets something else; name not found"
        case .refused: "the far end declines: busy, not allowed, other protocol version, cannot prepare"
        case .rdmaConnection: "control up, but RDMA address, route, connect, accept or first message fails"
        case .operationLost: "an operation is lost or completes in error while the peer is alive"
        case .peerLost: "the peer goes away in the middle: the control connection is lost"
        case .notMeasured: "a cell that the profile judges was not measured"
        case .tooFewSamples: "a percentile that the profile judges has too few samples"
        case .interrupted: "the run is interrupted"
        }
    }

    /// The rule under which findings report it.
    public var rule: RuleID {
        switch self {
        case .localDeviceAbsent: "rdma.device"
        case .localResources: "rdma.resources"
        case .controlConnection: "rdma.control"
        case .refused: "rdma.control.refused"
        case .rdmaConnection: "rdma.connection"
        case .operationLost: "rdma.operation"
        case .peerLost: "rdma.peer"
        case .notMeasured, .tooFewSamples: "rdma.latency"
        case .interrupted: "rdma.interrupted"
        }
    }
}

extension ProbeFailure {
    /// What the failure means for the verdict.
    public var shortfall: Shortfall {
        // What is the same at every step comes first.
        switch cause {
        case .peerClosed: return step <= .control ? .controlConnection : .peerLost
        // Who answers otherwise than this protocol does says nothing about RDMA, however far the run had come.
        case .protocolViolation: return .controlConnection
        case .refused: return .refused
        case .noDevice, .portNotActive, .otherDevice, .unsupported: return end == .near ? .localDeviceAbsent : .refused
        // Nothing was shown about the path.
        case .unsteadyClock: return .notMeasured
        case .deviceNode, .lockedMemory: return end == .near ? .localResources : .refused
        default: break
        }
        switch step {
        case .device: return end == .near ? .localDeviceAbsent : .refused
        case .resources: return end == .near ? .localResources : .refused
        case .control: return .controlConnection
        case .address, .route, .connect, .accept, .firstMessage: return .rdmaConnection
        case .measurement: return .operationLost
        }
    }
}

extension ProbeFailure.Step: Comparable {
    public static func < (left: Self, right: Self) -> Bool { left.order < right.order }

    private var order: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}
