extension ClusterModel {
    /// Writes out what the patterns stand for.
    /// - Throws: ``ModelProblem`` where a name is used twice or not known, where sources of power feed each other, where a
    ///   figure is outside its ``ModelRange``, or where the model is above a limit; that is found before anything of that size is made.
    public func installation(limits: Limits = Limits()) throws(ModelProblem) -> Installation {
        try checkSizes(limits)
        try checkRanges()
        var writer = InstallationWriter(model: self, limits: limits)
        return try writer.write()
    }

    private func checkSizes(_ limits: Limits) throws(ModelProblem) {
        func check(_ count: Int, _ limit: Int, _ path: String, _ what: String) throws(ModelProblem) {
            guard count <= limit else {
                throw ModelProblem(path, "\(count) \(what) are too many: \(limit) are the limit; split the model")
            }
        }
        try check(clusters.count, limits.clusters, "/clusters", "clusters")
        try check(sites?.count ?? 0, limits.equipment, "/sites", "sites")
        try check(racks?.count ?? 0, limits.equipment, "/racks", "racks")
        try check(templates.count, limits.equipment, "/templates", "templates")
        try check(power?.feeds.count ?? 0, limits.equipment, "/power/feeds", "feeds")
        try check(power?.ups?.count ?? 0, limits.equipment, "/power/ups", "UPS")
        try check(power?.pdus?.count ?? 0, limits.equipment, "/power/pdus", "PDUs")
        try check(cables?.count ?? 0, limits.connections, "/cables", "cables")
        var switches = 0
        for (index, group) in (self.switches ?? []).enumerated() {
            switches += group.names.count
            try check(switches, limits.equipment, "/switches/\(index)/names", "switches")
        }
        var nodes = 0
        for (index, cluster) in clusters.enumerated() {
            for (place, group) in cluster.nodes.enumerated() {
                let path = "/clusters/\(index)/nodes/\(place)"
                if let count = group.count {
                    guard count >= 1 else { throw ModelProblem("\(path)/count", "\(count) nodes: write 1 or more") }
                    try check(count, limits.nodes, "\(path)/count", "nodes")
                }
                nodes += group.count ?? group.names?.count ?? 0
                try check(nodes, limits.nodes, path, "nodes")
            }
        }
        // Sorted, so that the same model always gives the same problem.
        for (name, template) in templates.sorted(by: { $0.key < $1.key }) {
            for (index, adapter) in (template.adapters ?? []).enumerated() {
                guard (0...limits.ports).contains(adapter.ports ?? 0) else {
                    throw ModelProblem(
                        "/templates/\(name)/adapters/\(index)/ports",
                        "\(adapter.ports ?? 0) ports: write 0 to \(limits.ports)")
                }
            }
            guard (0...16).contains(template.supplies ?? 0) else {
                throw ModelProblem(
                    "/templates/\(name)/supplies", "\(template.supplies ?? 0) power supplies: write 0 to 16")
            }
        }
    }
}
