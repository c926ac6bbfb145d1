import ClusterCore

/// Devices behind PCI, as trees.
extension HostPicture {
    /// The host bridges at a part with what is worth showing below them.
    func deviceBlocks(at part: Int) -> [DrawingBlock] {
        (devices.atPart[part] ?? []).compactMap { device in
            guard case .hostBridge(let buses) = device.kind else { return shown([device]).first }
            let inner = shown(device.inner)
            guard !inner.isEmpty else { return nil }
            return DrawingBlock(
                role: .bus, lines: [.init("bus \(buses.prefix { $0 != "-" }.filter { $0 != "[" })", .faint)],
                arrangement: .tree,
                blocks: inner)
        }
    }

    /// What is worth showing of devices beside each other: those of interest, alike ones as one.
    private func shown(_ devices: [HwlocDevices.Device]) -> [DrawingBlock] {
        var runs: [(key: String, functions: [ObservedHost.PCIDevice])] = []
        var blocks: [DrawingBlock] = []
        func finish() {
            for run in runs {
                if run.functions.count >= 3 {
                    blocks.append(block(run.functions))
                } else {
                    blocks += run.functions.map { block([$0]) }
                }
            }
            runs = []
        }
        for device in devices {
            switch device.kind {
            case .hostBridge: continue
            case .function(let pci):
                guard isOfInterest(pci) else { continue }
                let key = self.key(pci)
                if runs.last?.key == key {
                    runs[runs.count - 1].functions.append(pci)
                } else {
                    runs.append((key, [pci]))
                }
            case .bridge(let pci, _):
                let inner = shown(device.inner)
                guard !inner.isEmpty else { continue }
                finish()
                // A bridge with one thing behind it is a slot; only one that spreads is worth a line.
                if inner.count == 1 {
                    blocks += inner
                } else {
                    blocks.append(
                        DrawingBlock(
                            role: .bus,
                            lines: [.init("bridge \(pci.address)\(link(pci).map { " · \($0)" } ?? "")", .faint)],
                            arrangement: .tree, isFramed: false, blocks: inner))
                }
            }
        }
        finish()
        return merged(blocks)
    }

    /// Slots of their own that hold the same: 24 disks are one block.
    private func merged(_ blocks: [DrawingBlock]) -> [DrawingBlock] {
        var runs: [[DrawingBlock]] = []
        for block in blocks {
            if let last = runs.last?.last, !block.hint.isEmpty, last.role == block.role,
                last.lines.dropFirst() == block.lines.dropFirst(),
                last.blocks.isEmpty, block.blocks.isEmpty
            {
                runs[runs.count - 1].append(block)
            } else {
                runs.append([block])
            }
        }
        return runs.flatMap { run -> [DrawingBlock] in
            guard run.count >= 3, var first = run.first, let last = run.last else { return run }
            let (one, other) = (first.lines.first?.words ?? "", last.lines.first?.words ?? "")
            first.lines[0] = .init(
                one == other ? "\(run.count) × \(one)" : "\(run.count) × \(one) … \(other)", .heading)
            first.hint = run.map(\.hint).joined(separator: "; ")
            return [first]
        }
    }

    private func isOfInterest(_ pci: ObservedHost.PCIDevice) -> Bool {
        if devices.interfaces[pci.address] != nil || devices.rdmaDevices[pci.address] != nil
            || devices.blockDevices[pci.address] != nil || marks[pci.address] != nil
        {
            return true
        }
        // Storage, network, InfiniBand, displays, coprocessors, accelerators.
        let code = pci.classCode.value ?? ""
        return ["01", "02", "03", "0b40", "0c06", "12"].contains { code.hasPrefix($0) }
    }

    private func key(_ pci: ObservedHost.PCIDevice) -> String {
        let names = names(pci)
        return [
            pci.classCode.value ?? "?", pci.vendorID.value ?? "?", pci.deviceID.value ?? "?", link(pci) ?? "?",
            "\(names.count)", speeds(pci) ?? "", "\(marks[pci.address].map { "\($0)" } ?? "")",
        ].joined(separator: "|")
    }

    private func names(_ pci: ObservedHost.PCIDevice) -> [String] {
        let address = pci.address
        return (devices.interfaces[address] ?? []).map(\.name) + (devices.rdmaDevices[address] ?? []).map(\.name)
            + (devices.blockDevices[address] ?? []).map(\.name)
    }

    private func speeds(_ pci: ObservedHost.PCIDevice) -> String? {
        let rates = (devices.interfaces[pci.address] ?? []).map { interface in
            interface.hasCarrier.value == false ? "no carrier" : interface.speed.value.map { "\($0.decimalText)" }
        }.compactMap(\.self)
        let sizes = (devices.blockDevices[pci.address] ?? []).compactMap { $0.size.value.map { "\($0.decimalText)" } }
        var words: [String] = []
        for word in rates + sizes where words.last != word { words.append(word) }
        return words.isEmpty ? nil : words.prefix(3).joined(separator: ", ") + (words.count > 3 ? ", …" : "")
    }

    private func block(_ functions: [ObservedHost.PCIDevice]) -> DrawingBlock {
        guard let first = functions.first, let last = functions.last else { return DrawingBlock() }
        let kind = PCINames.kind(of: first)
        let all = functions.flatMap { names($0) }
        let shownNames: String
        switch all.count {
        case 0: shownNames = kind
        case 1...4: shownNames = all.joined(separator: ", ")
        default: shownNames = "\(all[0]), \(all[1]), … \(all[all.count - 1]) (\(all.count))"
        }
        let title = functions.count > 1 ? "\(functions.count) × \(all.isEmpty ? kind : shownNames)" : shownNames
        var lines = [DrawingBlock.Line(title, .heading)]
        let vendor = PCINames.vendor(first.vendorID.value)
        let what = [vendor, all.isEmpty ? nil : kind, speeds(first)].compactMap(\.self).joined(separator: " · ")
        if !what.isEmpty { lines.append(.init(what)) }
        if let link = link(first) { lines.append(.init(link, .faint)) }
        let place = functions.count > 1 ? "\(first.address) to \(last.address)" : first.address
        let ids = "[\(first.vendorID.value ?? "?"):\(first.deviceID.value ?? "?")]"
        let hint = [place, ids, first.slot.value.map { "slot \($0)" }, first.driver.value].compactMap(\.self)
        return DrawingBlock(
            role: role(of: first.address) ?? PCINames.role(of: first), lines: lines, hint: hint.joined(separator: " · ")
        )
    }

    /// `PCIe 16 GT/s × 16`, and what it could be where that is more.
    private func link(_ pci: ObservedHost.PCIDevice) -> String? {
        guard let speed = pci.speed.value, let width = pci.width.value else { return nil }
        let words = "PCIe \(PCINames.transfers(speed)) × \(width)"
        guard let most = pci.maximumSpeed.value, let widest = pci.maximumWidth.value, most > speed || widest > width
        else {
            return words
        }
        return words + " of \(PCINames.transfers(most)) × \(widest)"
    }

    /// Hardware that is behind no PCI function that is known, as on a machine without PCI.
    var looseDevices: DrawingBlock? {
        let interfaces = host.networkInterfaces.elements.filter {
            $0.isPhysical.value == true && $0.pciAddress.value == nil
        }
        let disks = host.blockDevices.elements.filter { $0.isPhysical.value == true && $0.pciAddress.value == nil }
        let rdma = host.rdmaDevices.elements.filter { $0.pciAddress.value == nil }
        var blocks: [DrawingBlock] = []
        for (name, detail) in interfaces.map({ ($0.name, $0.speed.value.map { "\($0.decimalText)" }) }).prefix(16) {
            blocks.append(
                DrawingBlock(role: .network, lines: [.init(name, .heading), .init(detail ?? "network", .faint)]))
        }
        for device in rdma.prefix(16) {
            let words = device.isSoftware.value == true ? "RDMA in software" : "RDMA"
            blocks.append(DrawingBlock(role: .network, lines: [.init(device.name, .heading), .init(words, .faint)]))
        }
        for disk in disks.prefix(16) {
            let words = disk.size.value.map { "\($0.decimalText)" } ?? "storage"
            blocks.append(DrawingBlock(role: .storage, lines: [.init(disk.name, .heading), .init(words, .faint)]))
        }
        let rest = interfaces.dropFirst(16).count + rdma.dropFirst(16).count + disks.dropFirst(16).count
        if rest > 0 { blocks.append(DrawingBlock(role: .faint, lines: [.init("and \(rest) more", .faint)])) }
        return blocks.isEmpty
            ? nil
            : DrawingBlock(
                role: .plain, lines: [.init("Devices behind no known PCI function", .heading)], blocks: blocks)
    }
}
