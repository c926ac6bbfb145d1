import FoundationEssentials
import TestSupport
import Testing

@testable import HostTopology

/// Sets of processors and nodes as bits, and the kernel's ways to write them.
@Suite struct `Sets of numbers` {
    @Test(
        arguments: [
            ("", []), ("0", [0]), ("0-3", [0, 1, 2, 3]), ("0-1,4,6-7", [0, 1, 4, 6, 7]), (" 63-64\n", [63, 64]),
            ("\n", []), ("127", [127]), ("3,1", [1, 3]), ("1048575", [1_048_575]),
        ] as [(String, [Int])])
    func `a list of the kernel's names its numbers`(text: String, numbers: [Int]) throws {
        let set = try #require(NumberSet(list: text))
        #expect(Array(set) == numbers)
    }

    @Test(
        arguments: [
            ",", "0,", ",0", "0,,1", "-", "-3", "0-", "3-0", "0-3-5", "a", "0x1", "1 2", "1048576", "0-99999999", "٣",
            "+1",
            "99999999999999999999999", "0-31:4/8", "N-0",
        ])
    func `what is no list is none`(text: String) { #expect(NumberSet(list: text) == nil) }

    /// `cpumap` beside `cpulist` of node 1 of a host with 64 processors, Linux 5.10: ffffffff,00000000 and 32-63.
    @Test(
        arguments: [
            ("00000000", ""), ("ff", "0-7"), ("0000000f,00000000", "32-35"), ("ffffffff,00000000", "32-63"),
            ("80000000,00000000,00000001\n", "0,95"), ("F", "0-3"), ("0", ""),
        ])
    func `a mask of the kernel's is the same set as its list`(mask: String, list: String) throws {
        let set = try #require(NumberSet(mask: mask))
        #expect(set == NumberSet(list: list))
        #expect(set.listText == list)
    }

    @Test(arguments: ["", ",", "f,", ",f", "f,f", "0x1", "g", "fffffffff", "1,0000000", "00000001,0000000g", " "])
    func `what is no mask is none`(text: String) { #expect(NumberSet(mask: text) == nil) }

    @Test(arguments: [("0x0", ""), ("0x000000ff", "0-7"), ("0x1,,0x00000001", "0,64"), ("0x3,0x00000000", "32-33")])
    func `hwloc's masks have 0x before each word, and nothing for zero`(mask: String, list: String) throws {
        let set = try #require(NumberSet(hwlocMask: mask))
        #expect(set == NumberSet(list: list))
    }

    @Test func `an endless set of hwloc's is none here`() {
        #expect(NumberSet(hwlocMask: "0xf...f") == nil)
        #expect(NumberSet(hwlocMask: "ff") == nil)
    }

    @Test func `what is written is read as the same set, by list, mask and hwloc's mask, and is Swift's own set`() {
        forRandom(2000) { random in
            var reference: Set<Int> = []
            var set = NumberSet()
            for _ in 0..<(random.next() % 20) {
                let low = Int(random.next() % 300)
                let high = low + Int(random.next() % 90)
                if random.next() % 3 == 0 {
                    reference.remove(low)
                    set.remove(low)
                } else {
                    reference.formUnion(low...high)
                    set.insert(low...high)
                }
            }
            let other = Set((0..<40).map { _ in Int(random.next() % 400) })
            let wrong = [
                Array(set) != reference.sorted(), set.count != reference.count, set.first != reference.min(),
                set.last != reference.max(), NumberSet(list: set.listText) != set, NumberSet(mask: set.maskText) != set,
                NumberSet(hwlocMask: set.hwlocMaskText) != set, NumberSet(reference) != set,
                Set(set.union(NumberSet(other))) != reference.union(other),
                Set(set.intersection(NumberSet(other))) != reference.intersection(other),
                Set(set.subtracting(NumberSet(other))) != reference.subtracting(other),
                set.isSubset(of: NumberSet(other)) != reference.isSubset(of: other),
                set.isDisjoint(with: NumberSet(other)) != reference.isDisjoint(with: other),
                (0..<500).contains { set.contains($0) != reference.contains($0) },
            ]
            return !wrong.contains(true)
        }
    }

    @Test func `numbers that no kernel gives are left out and cost nothing`() {
        var set = NumberSet([-1, Int.min, Int.max, NumberSet.limit])
        #expect(set.isEmpty)
        set.insert(-5...2)
        #expect(set.listText == "0-2")
        set.insert((NumberSet.limit - 1)...Int.max)
        #expect(set.listText == "0-2,1048575")
        set.remove(1_048_575)
        #expect(set == [0, 1, 2])
        #expect(!set.contains(Int.max))
    }

    @Test func `in JSON a set is the kernel's list`() throws {
        let text = try JSONEncoder().encode([NumberSet([0, 1, 2, 5])])
        #expect(String(decoding: text, as: UTF8.self) == "[\"0-2,5\"]")
        #expect(try JSONDecoder().decode([NumberSet].self, from: text) == [[0, 1, 2, 5]])
        #expect(throws: DecodingError.self) { try JSONDecoder().decode([NumberSet].self, from: Data("[\"2-1\"]".utf8)) }
    }
}
