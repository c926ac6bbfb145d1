public import ClusterCore

/// Whether a resiliency type may be used in a cluster.
public enum Suitability: Sendable, Hashable {
    /// It may; this is its layout there.
    case suitable(Layout)
    /// It may not; the finding says what it asks for, what there is and what to use instead.
    case unsuitable(Finding)

    /// The layout, or `nil` where the type may not be used.
    public var layout: Layout? { if case .suitable(let layout) = self { layout } else { nil } }
}

extension Resiliency {
    /// The rule by which a type is refused.
    public static let rule: RuleID = "storage.resiliency"

    /// Whether this type may be used in a cluster of this shape, and how it is laid out there.
    ///
    /// Sources: Microsoft, fault-tolerance (2023-04) for mirrors and parity; nested-resiliency (2018);
    /// rack-aware-cluster-requirements (2026-02).
    public func suitability(in shape: ClusterShape) -> Suitability {
        if let refusal = refusal(in: shape) { return .unsuitable(refusal) }
        switch self {
        case .simple: return .suitable(Layout(.copies(1), failuresTolerated: 0))
        case .twoWayMirror: return .suitable(Layout(.copies(2), failuresTolerated: 1))
        case .threeWayMirror: return .suitable(Layout(.copies(3), failuresTolerated: 2))
        case .fourWayMirror: return .suitable(Layout(.copies(4), failuresTolerated: 3))
        case .singleParity:
            return .suitable(
                Layout(
                    .erasure(ErasureLayout(unchecked: 2, 0, 1)), failuresTolerated: 1,
                    assumptions: ["no table of single parity is published: 2 data symbols and 1 parity, the least"]))
        case .dualParity:
            guard let code = ErasureLayout.dualParity(faultDomains: shape.servers, media: shape.media) else { break }
            return .suitable(Layout(.erasure(code), failuresTolerated: 2))
        case .nestedTwoWayMirror: return .suitable(Layout(.nestedCopies, failuresTolerated: 2))
        case .nestedMirrorAcceleratedParity(let share):
            let columns = min(shape.capacityDrivesPerServer, 7)
            return .suitable(
                Layout(
                    parts: share.parts(mirror: .nestedCopies, parity: .nestedParity(columns: columns)),
                    failuresTolerated: 2))
        case .mirrorAcceleratedParity(let share):
            guard let code = ErasureLayout.dualParity(faultDomains: shape.servers, media: shape.media) else { break }
            return .suitable(
                Layout(parts: share.parts(mirror: .copies(3), parity: .erasure(code)), failuresTolerated: 2))
        }
        // Not reached: a shape without a dual-parity layout was refused.
        return .unsuitable(shape.refusal(of: self, needs: "4 servers or more", instead: .threeWayMirror))
    }

    /// The layout in a cluster of this shape; an error where the type may not be used there.
    public func layout(in shape: ClusterShape) throws(StorageMathError) -> Layout {
        switch suitability(in: shape) {
        case .suitable(let layout): return layout
        case .unsuitable(let finding):
            throw StorageMathError(
                "\(self) in a cluster of", finding.measured?.description ?? "",
                bound: finding.required?.description ?? "",
                remedy: finding.remedy ?? "")
        }
    }

    private func refusal(in shape: ClusterShape) -> Finding? {
        if shape.racks == 2 {
            guard shape.media == .allFlash else {
                return shape.refusal(of: self, needs: "all-flash drives in a rack-aware cluster", instead: nil)
            }
            let fits = shape.servers == 2 ? self == .twoWayMirror : self == .fourWayMirror
            return fits || self == .simple
                ? nil
                : shape.refusal(
                    of: self,
                    needs: self == .twoWayMirror ? "1 server in each of 2 racks" : "a cluster that is not rack-aware",
                    instead: shape.servers == 2 ? .twoWayMirror : .fourWayMirror)
        }
        switch self {
        case .simple: return nil
        case .twoWayMirror where shape.servers < 2:
            return shape.refusal(of: self, needs: "2 servers or more", instead: .simple)
        case .threeWayMirror where shape.servers < 3, .singleParity where shape.servers < 3:
            return shape.refusal(of: self, needs: "3 servers or more", instead: shape.smallChoice)
        case .dualParity where shape.servers < 4, .mirrorAcceleratedParity where shape.servers < 4:
            return shape.refusal(
                of: self, needs: "4 servers or more", instead: shape.servers == 3 ? .threeWayMirror : shape.smallChoice)
        case .fourWayMirror:
            return shape.refusal(
                of: self, needs: "2 racks of 2 to 4 servers each",
                instead: shape.servers >= 3 ? .threeWayMirror : shape.smallChoice)
        case .nestedTwoWayMirror where shape.servers != 2, .nestedMirrorAcceleratedParity where shape.servers != 2:
            return shape.refusal(
                of: self, needs: "exactly 2 servers", instead: shape.servers >= 3 ? .threeWayMirror : .simple)
        case .nestedMirrorAcceleratedParity where shape.capacityDrivesPerServer < 4:
            return shape.refusal(of: self, needs: "4 capacity drives in each server", instead: shape.smallChoice)
        case .nestedTwoWayMirror where shape.capacityDrivesPerServer < 2:
            return shape.refusal(of: self, needs: "2 capacity drives in each server", instead: .twoWayMirror)
        default: return nil
        }
    }
}

extension MirrorShare {
    fileprivate func parts(mirror: Code, parity: Code) -> [Layout.Part] {
        [Layout.Part(share: fraction, code: mirror), Layout.Part(share: parityShare, code: parity)]
    }
}

extension ClusterShape {
    /// The type that one or two servers can have.
    fileprivate var smallChoice: Resiliency {
        servers < 2 ? .simple : capacityDrivesPerServer < 2 ? .twoWayMirror : .nestedTwoWayMirror
    }

    fileprivate func refusal(of type: Resiliency, needs: String, instead: Resiliency?) -> Finding {
        Finding(
            rule: Resiliency.rule, severity: .critical, subject: ComponentIdentifier(rawValue: "resiliency:\(type)"),
            required: .text(needs), measured: .text(description),
            remedy: instead.map { "use \($0) here, or change the cluster" } ?? "change the drives",
            reference: type.reference)
    }
}

extension ClusterShape: CustomStringConvertible {
    /// `4 servers`, `4 servers in 2 racks`, with the drives where there is one server or two.
    public var description: String {
        var text = servers == 1 ? "1 server" : "\(servers) servers"
        if racks == 2, media == .hybrid { text += " with hard disks" }
        if racks == 2 { text += " in 2 racks" }
        if servers <= 2, racks == 1 { text += " with \(capacityDrivesPerServer) capacity drives each" }
        return text
    }
}

extension Resiliency {
    /// Where the type's rules are written.
    public var reference: Reference {
        switch self {
        case .simple: Reference(document: "Microsoft, fault-tolerance", date: "2023-04")
        case .twoWayMirror: Reference(architecture: [112], document: "Microsoft, fault-tolerance", date: "2023-04")
        case .threeWayMirror: Reference(architecture: [113], document: "Microsoft, fault-tolerance", date: "2023-04")
        case .singleParity, .dualParity, .mirrorAcceleratedParity:
            Reference(architecture: [114], document: "Microsoft, fault-tolerance", date: "2023-04")
        case .nestedTwoWayMirror, .nestedMirrorAcceleratedParity:
            Reference(document: "Microsoft, nested-resiliency", date: "2018")
        case .fourWayMirror: Reference(document: "Microsoft, rack-aware-cluster-requirements", date: "2026-02")
        }
    }
}
