import ClusterCore

extension ClusterModel {
    /// Holds every figure to its ``ModelRange``, those of two to each other.
    func checkRanges() throws(ModelProblem) {
        for (index, site) in (sites ?? []).enumerated() { try site.checkRanges("/sites/\(index)") }
        for (index, rack) in (racks ?? []).enumerated() {
            try rack.units.check(1...100, "/racks/\(index)/units", "units of height")
            try rack.reservedUnits.check(0...(rack.units ?? 100), "/racks/\(index)/reserved_units", "units")
        }
        for (key, units) in [("ups", power?.ups ?? []), ("pdus", power?.pdus ?? [])] {
            for (index, unit) in units.enumerated() {
                try unit.capacity.check(ModelRange.powerCapacity, "/power/\(key)/\(index)/capacity")
                try unit.runtime.check(ModelRange.power, "/power/\(key)/\(index)/runtime")
            }
        }
        for (index, group) in (switches ?? []).enumerated() {
            let path = "/switches/\(index)"
            try group.rate.check(ModelRange.portRate, "\(path)/rate")
            try group.latency.check(ModelRange.roundTrip, "\(path)/latency")
            try group.mtu.check(ModelRange.mtu, "\(path)/mtu", "bytes")
            try group.draw?.checkRanges("\(path)/draw")
        }
        // Sorted, so that the same model always gives the same problem.
        for (name, template) in templates.sorted(by: { $0.key < $1.key }) {
            try template.checkRanges("/templates/\(name)")
        }
        for (index, cluster) in clusters.enumerated() { try cluster.checkRanges("/clusters/\(index)") }
    }
}

extension Site {
    fileprivate func checkRanges(_ path: String) throws(ModelProblem) {
        try ambient?.lowest.check(ModelRange.ambient, "\(path)/ambient/lowest")
        try ambient?.highest.check(ModelRange.ambient, "\(path)/ambient/highest")
        if let lowest = ambient?.lowest, let highest = ambient?.highest, lowest > highest {
            throw ModelProblem("\(path)/ambient/highest", "\(highest) is less than lowest, \(lowest); exchange them")
        }
        try links?.wan.check(ModelRange.linkRate, "\(path)/links/wan")
        try links?.regionRoundTrip.check(ModelRange.roundTrip, "\(path)/links/region_round_trip")
    }
}

extension PowerDraw {
    fileprivate func checkRanges(_ path: String) throws(ModelProblem) {
        try typical.check(ModelRange.draw, "\(path)/typical")
        try most.check(ModelRange.draw, "\(path)/most")
        if let typical, let most, typical > most {
            throw ModelProblem("\(path)/most", "\(most) is less than typical, \(typical); exchange them")
        }
    }
}

extension NodeTemplate {
    fileprivate func checkRanges(_ path: String) throws(ModelProblem) {
        try processor?.sockets.check(ModelRange.sockets, "\(path)/processor/sockets", "sockets")
        try processor?.cores.check(ModelRange.cores, "\(path)/processor/cores", "cores of a socket")
        try processor?.threads.check(ModelRange.threads, "\(path)/processor/threads", "threads of a core")
        try memory?.size.check(ModelRange.memory, "\(path)/memory/size")
        try gpuMemory.check(ModelRange.memory, "\(path)/gpu_memory")
        try draw?.checkRanges("\(path)/draw")
        try NodeTemplate.checkVersion(tpm, "\(path)/tpm", "2.0, or none where there is no module")
        try NodeTemplate.checkVersion(firmware?.uefi, "\(path)/firmware/uefi", "2.7, or none where there is a BIOS")
        for (index, adapter) in (adapters ?? []).enumerated() {
            let path = "\(path)/adapters/\(index)"
            try adapter.cards.check(
                (adapter.ports == 0 ? 0 : 1)...ModelRange.cards.upperBound, "\(path)/cards", "cards")
            try adapter.rate.check(ModelRange.portRate, "\(path)/rate")
            try adapter.mtu.check(ModelRange.mtu, "\(path)/mtu", "bytes")
            try adapter.dcb?.pfcPriority.check(ModelRange.priority, "\(path)/dcb/pfc_priority", "as a priority")
            if let share = adapter.dcb?.reservation, !ModelRange.share.contains(share) {
                throw ModelProblem("\(path)/dcb/reservation", "\(share.percentText) of the port: write 0% to 100%")
            }
        }
    }
}

extension NodeTemplate {
    /// A version begins with a digit: of another word no rule could say what it is older than.
    fileprivate static func checkVersion(_ text: String?, _ path: String, _ example: String) throws(ModelProblem) {
        guard let text, text != "none" else { return }
        guard let first = text.first, ("0"..."9").contains(first) else {
            throw ModelProblem(path, "\"\(text.prefix(64))\" is no version: write it as \(example)")
        }
    }
}

extension Cluster {
    fileprivate func checkRanges(_ path: String) throws(ModelProblem) {
        try network?.zoneRoundTrip.check(ModelRange.roundTrip, "\(path)/network/zone_round_trip")
        try network?.zoneBandwidth.check(ModelRange.linkRate, "\(path)/network/zone_bandwidth")
        try network?.liveMigrations.check(
            ModelRange.migrations, "\(path)/network/live_migrations", "migrations at once")
        for (kind, vlans) in (network?.vlans ?? [:]).sorted(by: { $0.key < $1.key }) {
            for (place, vlan) in vlans.enumerated() {
                try Optional(vlan).check(ModelRange.vlan, "\(path)/network/vlans/\(kind)/\(place)", "as a VLAN")
            }
        }
        for (index, workload) in (workloads ?? []).enumerated() {
            let path = "\(path)/workloads/\(index)"
            try workload.count.check(ModelRange.machines, "\(path)/count", "machines")
            try workload.processors.check(ModelRange.virtualProcessors, "\(path)/processors", "processors")
            try workload.generation.check(ModelRange.generation, "\(path)/generation", "as a generation")
            try workload.memory.check(ModelRange.memory, "\(path)/memory")
            try workload.leastMemory.check(ModelRange.memory, "\(path)/least_memory")
            try workload.disks.check(ModelRange.disks, "\(path)/disks", "disks")
        }
        try hostMemory.check(ModelRange.hostMemory, "\(path)/host_memory")
        try shutdown.check(ModelRange.power, "\(path)/shutdown")
        try controlPlane?.sync?.every.check(ModelRange.interval, "\(path)/control_plane/sync/every")
        try updates?.every.check(ModelRange.interval, "\(path)/updates/every")
        for (index, backup) in (backups ?? []).enumerated() {
            let path = "\(path)/backups/\(index)"
            try backup.recoveryPoint.check(ModelRange.recovery, "\(path)/recovery_point")
            try backup.recoveryTime.check(ModelRange.recovery, "\(path)/recovery_time")
            try backup.testedEvery.check(ModelRange.interval, "\(path)/tested_every")
            try backup.every.check(ModelRange.interval, "\(path)/every")
            try backup.retention.check(ModelRange.retention, "\(path)/retention")
        }
    }
}

extension Optional where Wrapped: Comparable {
    /// Holds a figure to its bounds; what is not known is within them.
    fileprivate func check(_ range: ClosedRange<Wrapped>, _ path: String, _ what: String = "") throws(ModelProblem) {
        guard let value = self, !range.contains(value) else { return }
        func words(_ value: Wrapped) -> String { (value as? Duration)?.unitText ?? "\(value)" }
        throw ModelProblem(
            path,
            "\(words(value))\(what.isEmpty ? "" : " \(what)"): write \(words(range.lowerBound)) to \(words(range.upperBound))"
        )
    }
}
