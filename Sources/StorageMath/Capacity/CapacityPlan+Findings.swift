import ClusterCore

extension Pool {
    static let symmetryRule: RuleID = "storage.symmetry"
    static let reserveRuleID: RuleID = "storage.reserve"

    /// What a profile says of drives, cache and the pool as a whole.
    func findingsOfPool(
        _ profile: ResolvedProfile, _ stranded: ByteCount, _ limit: Allocation.Limit
    ) throws -> [Finding] {
        var findings = try findingsOfLimits(StorageRequirement(StorageProfile.pool, profile))
        for (index, server) in servers.enumerated() {
            let subject = ComponentIdentifier(rawValue: "server:\(index + 1)")
            findings += try server.findings(
                subject, drives: StorageRequirement(StorageProfile.drives, profile),
                cache: StorageRequirement(StorageProfile.cache, profile), shape.media)
        }
        findings = Pool.merged(findings, servers: servers.count)
        if stranded > .zero { findings.append(finding(of: stranded, limit)) }
        if reserveBytes >= rawBytes {
            findings.append(
                Finding(
                    rule: Pool.reserveRuleID, severity: .critical, subject: "pool",
                    required: .text("\(reserveBytes.humanText) kept free"),
                    measured: .text("\(rawBytes.humanText) in all"),
                    remedy: "add drives: nothing is left for volumes",
                    reference: Reference(document: "Microsoft, plan-volumes")))
        }
        return findings
    }

    /// One finding for what is the same on every server.
    private static func merged(_ findings: [Finding], servers: Int) -> [Finding] {
        guard servers > 1 else { return findings }
        var groups: [(finding: Finding, count: Int)] = []
        for finding in findings {
            var bare = finding
            if bare.subject.rawValue.hasPrefix("server:") { bare.subject = "server:*" }
            if let index = groups.firstIndex(where: { known in
                var other = known.finding
                if other.subject.rawValue.hasPrefix("server:") { other.subject = "server:*" }
                return other == bare
            }), bare.subject == "server:*" {
                groups[index].count += 1
            } else {
                groups.append((finding, 1))
            }
        }
        return groups.map { group in
            var finding = group.finding
            if group.count == servers { finding.subject = "server:*" }
            return finding
        }
    }

    private func findingsOfLimits(_ rule: StorageRequirement) throws -> [Finding] {
        var findings: [Finding] = []
        if let limit = try rule.count("drives_maximum"), driveCount > limit {
            findings.append(
                rule.finding(
                    "pool", required: "at most \(limit) drives", measured: "\(driveCount) drives",
                    remedy: "use fewer, larger drives, or a second cluster"))
        }
        if let limit = try rule.bytes("size_maximum"), rawBytes > limit {
            findings.append(
                rule.finding(
                    "pool", required: "at most \(limit.humanText)", measured: rawBytes.humanText,
                    remedy: "spread the capacity over more clusters"))
        }
        if let limit = try rule.bytes("per_server_maximum") {
            for (index, server) in servers.enumerated() where server.capacityBytes > limit {
                findings.append(
                    rule.finding(
                        ComponentIdentifier(rawValue: "server:\(index + 1)"), required: "at most \(limit.humanText)",
                        measured: server.capacityBytes.humanText, remedy: "spread the capacity over more servers"))
            }
        }
        return findings
    }

    private func finding(of stranded: ByteCount, _ limit: Allocation.Limit) -> Finding {
        let required: String
        let why: String
        let remedy: String
        switch limit {
        case .places(.drives(let server), _):
            required = "drives of equal size within a server"
            why = "two copies of a stripe lie on two drives, and the smaller drives of server \(server) would be full"
            remedy = "give a server drives of one size"
        case .places(.servers, let servers):
            required = "servers with equal capacity"
            why =
                "\(Pool.names("server", servers)) would be full, and each other server would hold a copy or symbol of every "
                + "stripe"
            remedy = "give every server the same capacity"
        case .available:
            (required, why, remedy) = ("", "", "")
        }
        return Finding(
            rule: Pool.symmetryRule, severity: .warning, subject: "pool", required: .text(required),
            measured: .text("\(stranded.humanText) are of no use"), evidence: [Evidence(source: "limit", value: why)],
            remedy: remedy, reference: Reference(document: "Microsoft, drive-symmetry-considerations"))
    }

    /// What a profile says of the volumes, and of thin ones together.
    func findingsOfVolumes(
        _ planned: [PlannedVolume], _ free: ByteCount, _ profile: ResolvedProfile
    ) throws -> [Finding] {
        let rule = StorageRequirement(StorageProfile.volumes, profile)
        var findings: [Finding] = []
        if let limit = try rule.count("count_maximum"), planned.count > limit {
            findings.append(
                rule.finding(
                    "pool", required: "at most \(limit) volumes", measured: Pool.volumes(planned.count),
                    remedy: "make fewer, larger volumes"))
        }
        if try rule.flag("multiple_of_servers") == true, !planned.isEmpty, planned.count % servers.count != 0 {
            var finding = rule.finding(
                "pool", required: "a multiple of \(servers.count) volumes", measured: Pool.volumes(planned.count),
                remedy: "make \((planned.count / servers.count + 1) * servers.count), so that each server owns as many")
            finding.severity = .information
            findings.append(finding)
        }
        for one in planned {
            if let limit = try rule.bytes("size_maximum"), one.volume.size > limit {
                findings.append(
                    rule.finding(
                        one.volume.subject, required: "at most \(limit.humanText)", measured: one.volume.size.humanText,
                        remedy: "split it into several volumes"))
            } else if one.volume.hasSnapshots, let limit = try rule.bytes("snapshot_size_maximum"),
                one.volume.size > limit
            {
                findings.append(
                    rule.finding(
                        one.volume.subject, required: "at most \(limit.humanText) where backups take snapshots (VSS)",
                        measured: one.volume.size.humanText, remedy: "split it, or back up in another way"))
            }
            if let finding = one.mirrorAdvice { findings.append(finding) }
            if let workload = one.volume.workload, workload.deduplication != .notSaid {
                let on = workload.deduplication == .on
                findings.append(
                    Finding(
                        rule: PlannedVolume.deduplicationRule, severity: .information, subject: one.volume.subject,
                        required: .text("deduplication and compression \(on ? "on" : "off")"), measured: nil,
                        evidence: [Evidence(source: "workload", value: workload.rawValue)],
                        remedy: on ? "turn both on, and watch what they take of the processors" : "leave both off",
                        reference: Reference(architecture: [133])))
            }
        }
        return try findings + findingsOfUse(planned, free, StorageRequirement(StorageProfile.use, profile))
    }

    private static func volumes(_ count: Int) -> String { count == 1 ? "1 volume" : "\(count) volumes" }

    /// Thin volumes can outgrow the pool, and nobody is told by the pool itself before it is full.
    private func findingsOfUse(
        _ planned: [PlannedVolume], _ free: ByteCount, _ rule: StorageRequirement
    ) throws -> [Finding] {
        let thin = planned.filter { if case .thin = $0.volume.provisioning { true } else { false } }
        guard !thin.isEmpty else { return [] }
        var findings: [Finding] = []
        let full = try planned.compactMap(\.footprint).reduce(ByteCount.zero) { try $0.adding($1) }
        if full > availableBytes {
            findings.append(
                rule.finding(
                    "pool", required: "\(full.humanText) once every volume is full",
                    measured: "\(availableBytes.humanText) available", remedy: "add drives before thin volumes fill up")
            )
        }
        if let limit = try rule.fraction("at_most"), rawBytes > .zero {
            let used = try planned.filter(\.fits).compactMap(\.allocated).reduce(ByteCount.zero) { try $0.adding($1) }
            let share = try used.share(of: rawBytes)
            if share > limit {
                findings.append(
                    rule.finding(
                        "pool", required: "at most \(limit.percentText) of the pool in use",
                        measured: "\(share.percentText)", remedy: "add drives or free room"))
            }
        }
        return findings
    }
}

extension PlannedVolume {
    static let deduplicationRule: RuleID = "storage.deduplication"
    static let workloadRule: RuleID = "storage.workload"

    /// Mirror for performance, parity for capacity (AL-132): what is said where a workload that needs the first has the
    /// second.
    fileprivate var mirrorAdvice: Finding? {
        guard let workload = volume.workload, workload.needsPerformance, let layout else { return nil }
        let isParity = layout.parts.contains { part in
            switch part.code {
            case .erasure, .nestedParity: true
            case .copies, .nestedCopies: false
            }
        }
        guard isParity else { return nil }
        return Finding(
            rule: PlannedVolume.workloadRule, severity: .information, subject: volume.subject,
            required: .text("a mirror for \(workload.rawValue)"), measured: .text("\(volume.resiliency)"),
            remedy: "use a mirror for what must be fast, and a volume of its own for each kind of use",
            reference: Reference(architecture: [132]))
    }
}
