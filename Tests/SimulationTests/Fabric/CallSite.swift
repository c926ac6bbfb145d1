/// Every call of the libraries that the product makes, by its C name.
enum CallSite: String, CaseIterable, Sendable {
    case getDeviceList = "ibv_get_device_list"
    case freeDeviceList = "ibv_free_device_list"
    case openDevice = "ibv_open_device"
    case closeDevice = "ibv_close_device"
    case getDevices = "rdma_get_devices"
    case freeDevices = "rdma_free_devices"
    case queryDevice = "ibv_query_device"
    case queryPort = "ibv_query_port"
    case queryGIDTable = "ibv_query_gid_table"
    case getAsyncEvent = "ibv_get_async_event"
    case acknowledgeAsyncEvent = "ibv_ack_async_event"
    case allocateDomain = "ibv_alloc_pd"
    case deallocateDomain = "ibv_dealloc_pd"
    case registerMemory = "ibv_reg_mr"
    case deregisterMemory = "ibv_dereg_mr"
    case createCompletionChannel = "ibv_create_comp_channel"
    case destroyCompletionChannel = "ibv_destroy_comp_channel"
    case createCompletionQueue = "ibv_create_cq"
    case destroyCompletionQueue = "ibv_destroy_cq"
    case getCompletionEvent = "ibv_get_cq_event"
    case acknowledgeCompletionEvents = "ibv_ack_cq_events"
    case createDatagramPair = "ibv_create_qp"
    case destroyDatagramPair = "ibv_destroy_qp"
    case createAddressHandle = "ibv_create_ah"
    case destroyAddressHandle = "ibv_destroy_ah"
    case modifyQueuePair = "ibv_modify_qp"
    case queryQueuePair = "ibv_query_qp"
    case createEventChannel = "rdma_create_event_channel"
    case destroyEventChannel = "rdma_destroy_event_channel"
    case getEvent = "rdma_get_cm_event"
    case acknowledgeEvent = "rdma_ack_cm_event"
    case createID = "rdma_create_id"
    case destroyID = "rdma_destroy_id"
    case migrateID = "rdma_migrate_id"
    case bindAddress = "rdma_bind_addr"
    case listen = "rdma_listen"
    case resolveAddress = "rdma_resolve_addr"
    case resolveRoute = "rdma_resolve_route"
    case setOption = "rdma_set_option"
    case connect = "rdma_connect"
    case accept = "rdma_accept"
    case reject = "rdma_reject"
    case disconnect = "rdma_disconnect"
    case createQueuePair = "rdma_create_qp"
    case destroyQueuePair = "rdma_destroy_qp"
    case setNonBlocking = "fcntl"
    // The data path, which is inline and goes through the context.
    case postSend = "ibv_post_send"
    case postReceive = "ibv_post_recv"
    case pollCompletions = "ibv_poll_cq"
    case arm = "ibv_req_notify_cq"

    /// Those of the data path.
    static let dataPath: [CallSite] = [.postSend, .postReceive, .pollCompletions, .arm]

    /// Those whose C function has no way to fail.
    var isInfallible: Bool {
        [
            .freeDeviceList, .freeDevices, .acknowledgeAsyncEvent, .acknowledgeCompletionEvents, .destroyEventChannel,
            .destroyQueuePair,
        ].contains(self)
    }
}
