/// What is going to happen, in order of its time and, at the same time, in the order in which it was planned.
struct Agenda {
    private struct Item {
        var time: UInt64
        var number: UInt64
        var action: () -> Void

        func comesBefore(_ other: Item) -> Bool { time == other.time ? number < other.number : time < other.time }
    }

    private var heap: [Item] = []
    private var count: UInt64 = 0

    /// When the next thing happens.
    var next: UInt64? { heap.first?.time }

    mutating func add(at time: UInt64, _ action: @escaping () -> Void) {
        count += 1
        heap.append(Item(time: time, number: count, action: action))
        var child = heap.count - 1
        while child > 0, heap[child].comesBefore(heap[(child - 1) / 2]) {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    /// Takes what is due by a time.
    mutating func take(until time: UInt64) -> (() -> Void)? {
        guard let first = heap.first, first.time <= time else { return nil }
        let last = heap.removeLast()
        if !heap.isEmpty {
            heap[0] = last
            var parent = 0
            while true {
                var child = 2 * parent + 1
                guard child < heap.count else { break }
                if child + 1 < heap.count, heap[child + 1].comesBefore(heap[child]) { child += 1 }
                guard heap[child].comesBefore(heap[parent]) else { break }
                heap.swapAt(child, parent)
                parent = child
            }
        }
        return first.action
    }
}
