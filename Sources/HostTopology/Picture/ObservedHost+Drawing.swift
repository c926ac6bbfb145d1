public import ClusterCore

extension ObservedHost {
    /// A picture of the host: packages with NUMA nodes, caches and cores, and near to each the devices behind PCI: network, RDMA,
    /// storage, accelerators. Parts that are alike are drawn once, with their number.
    /// - Parameters:
    ///   - metrics: how large it may be and what a character takes.
    ///   - marks: what to mark, by the address of a PCI function or the name of a NUMA node (`node:0`), such as what findings are
    ///     about.
    public func drawing(metrics: DrawingMetrics, marks: [String: Severity] = [:]) -> Drawing {
        let picture = HostPicture(self, marks)
        let block = metrics.cell.height == 1 ? picture.block.compact(metrics) : picture.block
        return block.drawing(
            title: "Host \(name.value ?? "of unknown name")", summary: picture.summary, metrics: metrics)
    }
}
