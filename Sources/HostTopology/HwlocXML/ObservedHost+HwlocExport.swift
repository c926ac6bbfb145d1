extension ObservedHost {
    /// The host as an hwloc document of version 2, as `lstopo --input` and hwloc's own functions read it.
    ///
    /// It holds what both know: packages, dies, caches, cores and processors that are online, NUMA nodes with memory and distances,
    /// the PCI tree, and the network, RDMA and block devices behind it. What is not known is left out, so that reading it
    /// again makes nothing known that was not. Parts that are neither within each other nor apart, as wrong firmware tells
    /// them, have no place in hwloc's tree: the smaller is left out.
    ///
    /// - Throws: ``HwlocExportError`` where no processor is known, without which hwloc has no topology.
    public func hwlocXML() throws(HwlocExportError) -> String {
        let tree = try HwlocTree(self)
        var writer = HwlocWriter()
        writer.write(self, tree)
        return writer.text
    }
}
