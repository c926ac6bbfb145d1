/// Puts processors together to packages, dies and cores.
enum PackageGrouping {
    private static let source = FactSource.derived("the processors that share a package")

    /// The packages of the processors that are online; unknown where one of them belongs to none that is told, or to one that
    /// another does not put it in. The same firmware number may name two packages, and the set of processors names one, so the
    /// set decides where it is told: by the processor itself, or by one that counts it in.
    static func packages(of list: Observed<[ObservedHost.CPU]>) -> Observed<[ObservedHost.Package]> {
        guard let cpus = list.value else { return .unknown(list.reason ?? .absent, list.source) }
        let online = cpus.filter { $0.isOnline.value != false }
        let running = NumberSet(online.lazy.map(\.number))
        var members: [[ObservedHost.CPU]] = []
        var bySet: [NumberSet: Int] = [:]
        var byNumber: [Int: Int] = [:]
        var counted: [Int: Int] = [:]
        for cpu in online {
            guard let set = cpu.packageCPUs.value else { continue }
            let group = bySet[set] ?? members.count
            if group == members.count {
                bySet[set] = group
                members.append([])
                for member in set where counted[member] == nil { counted[member] = group }
            }
            members[group].append(cpu)
        }
        for cpu in online where cpu.packageCPUs.value == nil {
            if let group = counted[cpu.number] {
                members[group].append(cpu)
            } else if let number = cpu.package.value, bySet.isEmpty {
                if let group = byNumber[number] {
                    members[group].append(cpu)
                } else {
                    byNumber[number] = members.count
                    members.append([cpu])
                }
            } else {
                return .unknown(cpu.packageCPUs.reason ?? .absent, cpu.packageCPUs.source)
            }
        }
        guard !members.isEmpty else { return .unknown(.absent, list.source) }
        if let broken = firstBroken(bySet, members, running) { return .unknown(.malformed, broken.packageCPUs.source) }
        return .known(
            members.map { package(of: $0) }.sorted { ($0.cpus.first ?? 0) < ($1.cpus.first ?? 0) }, source)
    }

    /// The first processor of a set of which not all that run name it: processors that put each other in different sets contradict
    /// each other, and nobody can say which is right.
    private static func firstBroken(
        _ places: [NumberSet: Int], _ members: [[ObservedHost.CPU]], _ running: NumberSet
    ) -> ObservedHost.CPU? {
        places.filter { set, place in
            NumberSet(members[place].lazy.map(\.number)) != set.intersection(running)
        }.min { $0.value < $1.value }.flatMap { members[$0.value].first }
    }

    private static func package(of cpus: [ObservedHost.CPU]) -> ObservedHost.Package {
        // What the first does not tell, another may.
        let number = cpus.first { $0.package.value != nil }?.package ?? cpus[0].package
        return ObservedHost.Package(
            number: number, cpus: NumberSet(cpus.lazy.map(\.number)),
            dies: groups(cpus, \.dieCPUs, \.die).map { groups in
                groups.map { ObservedHost.Die(number: $0.number, cpus: $0.cpus) }
            },
            cores: groups(cpus, \.coreCPUs, \.core).map { groups in
                groups.map { ObservedHost.Core(number: $0.number, cpus: $0.cpus) }
            })
    }

    private struct Group: Sendable, Hashable, Codable {
        var number: Observed<Int>
        var cpus: NumberSet
    }

    /// The groups of processors that share a set; unknown where one processor does not tell its own, or not that of another.
    ///
    /// Processors that share a set and have numbers of their own are groups of their own: the two cores of a module of
    /// AMD's 15h family call themselves siblings. Where some numbers are told and some are not, nobody can say.
    private static func groups(
        _ cpus: [ObservedHost.CPU], _ set: KeyPath<ObservedHost.CPU, Observed<NumberSet>>,
        _ number: KeyPath<ObservedHost.CPU, Observed<Int>>
    ) -> Observed<[Group]> {
        var members: [[ObservedHost.CPU]] = []
        var places: [NumberSet: Int] = [:]
        for cpu in cpus {
            guard let shared = cpu[keyPath: set].value else {
                return .unknown(cpu[keyPath: set].reason ?? .absent, cpu[keyPath: set].source)
            }
            if let place = places[shared] {
                members[place].append(cpu)
            } else {
                places[shared] = members.count
                members.append([cpu])
            }
        }
        if let broken = firstBroken(places, members, NumberSet(cpus.lazy.map(\.number))) {
            return .unknown(.malformed, broken[keyPath: set].source)
        }
        var groups: [Group] = []
        for sharing in members {
            let untold = sharing.filter { $0[keyPath: number].value == nil }
            let isTold = untold.isEmpty
            if let first = untold.first, untold.count < sharing.count {
                return .unknown(first[keyPath: number].reason ?? .absent, first[keyPath: number].source)
            }
            var own: [Int: Int] = [:]
            for (index, cpu) in sharing.enumerated() {
                let key = isTold ? cpu[keyPath: number].value ?? 0 : 0
                if index > 0, let place = own[key] {
                    groups[place].cpus.insert(cpu.number)
                } else {
                    own[key] = groups.count
                    groups.append(Group(number: cpu[keyPath: number], cpus: [cpu.number]))
                }
            }
        }
        groups.sort { ($0.cpus.first ?? 0) < ($1.cpus.first ?? 0) }
        return .known(groups, source)
    }
}
