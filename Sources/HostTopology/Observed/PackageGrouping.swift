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
        // By their places among those that are online: to copy a processor is to copy all that is known of it.
        var members: [[Int]] = []
        var bySet: [NumberSet: Int] = [:]
        var byNumber: [Int: Int] = [:]
        var counted: [Int: Int] = [:]
        for index in online.indices {
            guard let set = online[index].packageCPUs.value else { continue }
            let group = bySet[set] ?? members.count
            if group == members.count {
                bySet[set] = group
                members.append([])
                for member in set where counted[member] == nil { counted[member] = group }
            }
            members[group].append(index)
        }
        for (index, cpu) in online.enumerated() where cpu.packageCPUs.value == nil {
            if let group = counted[cpu.number] {
                members[group].append(index)
            } else if let number = cpu.package.value, bySet.isEmpty {
                if let group = byNumber[number] {
                    members[group].append(index)
                } else {
                    byNumber[number] = members.count
                    members.append([index])
                }
            } else {
                return .unknown(cpu.packageCPUs.reason ?? .absent, cpu.packageCPUs.source)
            }
        }
        guard !members.isEmpty else { return .unknown(.absent, list.source) }
        if let broken = firstBroken(bySet, members, of: online, running) {
            return .unknown(.malformed, online[broken].packageCPUs.source)
        }
        return .known(
            members.map { package(of: $0, online) }.sorted { ($0.cpus.first ?? 0) < ($1.cpus.first ?? 0) }, source)
    }

    /// The first processor of a set of which not all that run name it: processors that put each other in different sets contradict
    /// each other, and nobody can say which is right.
    private static func firstBroken(
        _ places: [NumberSet: Int], _ members: [[Int]], of cpus: [ObservedHost.CPU], _ running: NumberSet
    ) -> Int? {
        places.filter { set, place in
            NumberSet(members[place].lazy.map { cpus[$0].number }) != set.intersection(running)
        }.min { $0.value < $1.value }.flatMap { members[$0.value].first }
    }

    private static func package(of members: [Int], _ cpus: [ObservedHost.CPU]) -> ObservedHost.Package {
        // What the first does not tell, another may.
        let teller = members.first { cpus[$0].package.value != nil } ?? members[0]
        return ObservedHost.Package(
            number: cpus[teller].package, cpus: NumberSet(members.lazy.map { cpus[$0].number }),
            dies: groups(members, cpus, { $0.dieCPUs }, { $0.die }).map { groups in
                groups.map { ObservedHost.Die(number: $0.number, cpus: $0.cpus) }
            },
            cores: groups(members, cpus, { $0.coreCPUs }, { $0.core }).map { groups in
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
        _ all: [Int], _ cpus: [ObservedHost.CPU], _ set: (ObservedHost.CPU) -> Observed<NumberSet>,
        _ number: (ObservedHost.CPU) -> Observed<Int>
    ) -> Observed<[Group]> {
        var members: [[Int]] = []
        var places: [NumberSet: Int] = [:]
        for index in all {
            let told = set(cpus[index])
            guard let shared = told.value else { return .unknown(told.reason ?? .absent, told.source) }
            if let place = places[shared] {
                members[place].append(index)
            } else {
                places[shared] = members.count
                members.append([index])
            }
        }
        if let broken = firstBroken(places, members, of: cpus, NumberSet(all.lazy.map { cpus[$0].number })) {
            return .unknown(.malformed, set(cpus[broken]).source)
        }
        var groups: [Group] = []
        for sharing in members {
            let numbers = sharing.map { number(cpus[$0]) }
            let untold = numbers.filter { $0.value == nil }
            if let first = untold.first, untold.count < sharing.count {
                return .unknown(first.reason ?? .absent, first.source)
            }
            var own: [Int: Int] = [:]
            for (index, number) in zip(sharing, numbers) {
                // Where none is told, they are one group.
                let key = number.value ?? 0
                if let place = own[key] {
                    groups[place].cpus.insert(cpus[index].number)
                } else {
                    own[key] = groups.count
                    groups.append(Group(number: number, cpus: [cpus[index].number]))
                }
            }
        }
        groups.sort { ($0.cpus.first ?? 0) < ($1.cpus.first ?? 0) }
        return .known(groups, source)
    }
}
