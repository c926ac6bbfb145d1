#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif
import CVerbs

/// The RDMA devices that libibverbs finds.
public enum DeviceList {
    /// The devices' names. The C function is `ibv_get_device_list`.
    /// - Throws: `ENOSYS` where the kernel has no RDMA.
    public static func names() throws(VerbsError) -> [String] {
        var list: UnsafeMutablePointer<UnsafeMutablePointer<ibv_device>?>?
        var count: CInt = 0
        try check(unsafe cverbs_get_device_list(&list, &count), "ibv_get_device_list")
        guard let list = unsafe list else { return [] }
        defer { unsafe cverbs_free_device_list(list) }
        var names: [String] = []
        for index in 0..<Int(count) {
            guard let device = unsafe list[index] else { break }
            unsafe names.append(String(cString: cverbs_device_name(device)))
        }
        return names
    }

    /// Opens a device and closes it again: whether this process may use it. The C functions are `ibv_open_device` and
    /// `ibv_close_device`.
    /// - Throws: `ENODEV` where there is no such device, `ENOENT` also where its node may not be opened.
    public static func tryOpen(_ name: String) throws(VerbsError) {
        let context = try unsafe open(name)
        try check(unsafe cverbs_close_device(context), "ibv_close_device", name)
    }

    /// Closes what the connection manager keeps open of devices that are no longer there. Such a device's removal may wait
    /// for it: a driver that cannot be taken from under a process, as those of software RDMA, waits until every process
    /// has closed the device. One that an id or what was made from it still uses stays open; ask again once those are
    /// gone. The C functions are `rdma_get_devices` and `rdma_free_devices`.
    /// - Throws: `ENODEV` where there is no RDMA at all.
    public static func forgetRemoved() throws(VerbsError) {
        try check(cverbs_forget_removed_devices(), "rdma_get_devices")
    }

    /// Opens a device by its name. The C function is `ibv_open_device`; the caller closes the context.
    static func open(_ name: String) throws(VerbsError) -> UnsafeMutablePointer<ibv_context> {
        var list: UnsafeMutablePointer<UnsafeMutablePointer<ibv_device>?>?
        var count: CInt = 0
        try check(unsafe cverbs_get_device_list(&list, &count), "ibv_get_device_list")
        guard let list = unsafe list else { throw VerbsError(call: "ibv_open_device", code: ENODEV, subject: name) }
        defer { unsafe cverbs_free_device_list(list) }
        for index in 0..<Int(count) {
            guard let device = unsafe list[index], unsafe String(cString: cverbs_device_name(device)) == name else {
                continue
            }
            var context: UnsafeMutablePointer<ibv_context>?
            try check(unsafe cverbs_open_device(device, &context), "ibv_open_device", name)
            if let context = unsafe context { return unsafe context }
        }
        throw VerbsError(call: "ibv_open_device", code: ENODEV, subject: name)
    }
}
