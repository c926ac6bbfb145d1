import ClusterCore
import RDMAModel
import Reports

/// The datagrams as a table for people.
func datagramTable(_ cells: [DatagramCell], _ style: TextStyle) -> TextTable {
    var table = TextTable(columns: [
        .init("datagrams", .right), .init("sent", .right), .init("lost", .right), .init("there", .right),
        .init("late", .right), .init("twice", .right), .init("order", .right), .init("min", .right),
        .init("p50", .right), .init("p99", .right), .init("max", .right),
    ])
    for cell in cells {
        let size = ByteCount(bytes: cell.sizeBytes).binaryText
        func count(_ value: UInt64?, isBad: Bool = false) -> TextTable.Cell {
            TextTable.Cell(value.map { "\($0)" } ?? "-", value == nil ? .faint : isBad ? .bad : .normal)
        }
        func time(_ value: UInt64?) -> TextTable.Cell {
            TextTable.Cell(value.map { style.duration(nanoseconds: $0) } ?? "-", value == nil ? .faint : .normal)
        }
        table.add([
            TextTable.Cell(size.isExact ? size.text : "\(cell.sizeBytes) B"), count(cell.sent),
            count(cell.lost, isBad: cell.lost > 0), count(cell.lostThere), count(cell.late), count(cell.duplicated),
            count(cell.reordered), time(cell.minimum), time(cell.p50), time(cell.p99), time(cell.maximum),
        ])
    }
    return table
}

/// What the columns of the table mean.
let datagramNote =
    "lost: without an answer in time. there: of these, never received by the far end. late: of these, answered after "
    + "their time. twice, order: arrived twice, or after a later one, at either end."
