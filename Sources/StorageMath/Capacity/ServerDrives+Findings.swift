import ClusterCore

extension ServerDrives {
    /// What a profile says of a server's drives.
    func findings(
        _ subject: ComponentIdentifier, drives: StorageRequirement, cache rule: StorageRequirement,
        _ media: ClusterShape.Media
    ) throws -> [Finding] {
        try findingsOfCapacity(subject, drives) + (cache.isEmpty ? [] : findingsOfCache(subject, rule, media))
    }

    private func findingsOfCapacity(_ subject: ComponentIdentifier, _ rule: StorageRequirement) throws -> [Finding] {
        var findings: [Finding] = []
        let isFlash = cache.isEmpty && !capacity.contains { $0.kind == .hdd }
        let flash = isFlash ? try rule.count("per_server_minimum_flash") : nil
        if let least = try flash ?? rule.count("per_server_minimum"), capacityCount < least {
            findings.append(
                rule.finding(
                    subject, required: "at least \(least) capacity drives", measured: "\(capacityCount)",
                    remedy: "add drives to each server"))
        }
        if let most = try rule.count("per_server_maximum"), capacityCount > most {
            findings.append(
                rule.finding(
                    subject, required: "at most \(most) capacity drives", measured: "\(capacityCount)",
                    remedy: "use fewer, larger drives"))
        }
        return try findings + ServerDrives.findingsOfSize(subject, capacity, "capacity", rule)
    }

    private static func findingsOfSize(
        _ subject: ComponentIdentifier, _ groups: [DriveGroup], _ use: String, _ rule: StorageRequirement
    ) throws -> [Finding] {
        var findings: [Finding] = []
        let least = try rule.bytes("size_minimum")
        let most = try rule.bytes("size_maximum")
        for group in groups {
            if let least, group.size < least {
                findings.append(
                    rule.finding(
                        subject, required: "\(use) drives of at least \(least.humanText)",
                        measured: group.size.humanText,
                        remedy: "use larger drives"))
            }
            if let most, group.size > most {
                findings.append(
                    rule.finding(
                        subject, required: "\(use) drives of at most \(most.humanText)", measured: group.size.humanText,
                        remedy: "use smaller drives: each is rebuilt in less time"))
            }
        }
        return findings
    }

    private func findingsOfCache(
        _ subject: ComponentIdentifier, _ rule: StorageRequirement, _ media: ClusterShape.Media
    ) throws -> [Finding] {
        var findings = try ServerDrives.findingsOfSize(subject, cache, "cache", rule)
        if let least = try rule.count("drives_minimum"), cacheCount < least {
            findings.append(
                rule.finding(
                    subject, required: "at least \(least) cache drives", measured: "\(cacheCount)",
                    remedy: "add cache drives: with one, its failure leaves the server without"))
        }
        if let most = try rule.count("drives_maximum"), cacheCount > most {
            findings.append(
                rule.finding(
                    subject, required: "at most \(most) cache drives", measured: "\(cacheCount)",
                    remedy: "use fewer, larger cache drives"))
        }
        if let kinds = try rule.list("kinds") {
            for group in cache where !kinds.contains(group.kind.rawValue) {
                findings.append(
                    rule.finding(
                        subject, required: "cache on \(kinds.joined(separator: " or "))", measured: group.kind.rawValue,
                        remedy: "use a faster kind of drive for the cache"))
            }
        }
        if capacityCount % cacheCount != 0 {
            var finding = rule.finding(
                subject, required: "a whole number of capacity drives for each cache drive",
                measured: "\(capacityCount) capacity drives on \(cacheCount) cache drives",
                remedy: "with \(cacheCount) cache drives use "
                    + "\((capacityCount / cacheCount + 1) * cacheCount) capacity drives, so that each cache drive serves as many"
            )
            finding.reference = Reference(document: "Microsoft, choose-drives")
            findings.append(finding)
        }
        let share = try cacheBytes.share(of: capacityBytes)
        let parameter = media == .hybrid ? "hybrid_share_minimum" : "flash_share_minimum"
        if let least = try rule.fraction(parameter), share < least {
            let wanted = try capacityBytes.multiplied(by: least, rounding: .up)
            findings.append(
                rule.finding(
                    subject, required: "cache of at least \(least.percentText) of capacity (\(wanted.decimalText))",
                    measured: "\(share.percentText) (\(cacheBytes.decimalText))",
                    remedy: "use larger or more cache drives"))
        }
        if let most = try rule.fraction("share_maximum"), share > most {
            findings.append(
                rule.finding(
                    subject, required: "cache of at most \(most.percentText) of capacity",
                    measured: "\(share.percentText)",
                    remedy: "smaller cache drives would do"))
        }
        if let each = try rule.bytes("memory_per_terabyte") {
            let memory = try cacheBytes.multiplied(
                by: Fraction(Int64(clamping: each.bytes), over: 1_000_000_000_000), rounding: .up)
            var finding = rule.finding(
                subject, required: "\(memory.decimalText) of memory for \(cacheBytes.decimalText) of cache",
                measured: "memory is not part of the plan", remedy: "add it to the memory that each server needs")
            finding.severity = .information
            findings.append(finding)
        }
        return findings
    }
}
