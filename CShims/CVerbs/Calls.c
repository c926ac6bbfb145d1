#include "Calls.h"

#include <fcntl.h>

// The library has these as macros or inline functions, which have no address.
static int query_port(struct ibv_context *context, uint8_t port, struct ibv_port_attr *attributes) {
    return ibv_query_port(context, port, attributes);
}

static ssize_t query_gid_table(struct ibv_context *context, struct ibv_gid_entry *entries, size_t capacity) {
    return ibv_query_gid_table(context, entries, capacity, 0);
}

static struct ibv_mr *reg_mr(struct ibv_pd *pd, void *address, size_t length, int access) {
    return ibv_reg_mr(pd, address, length, access);
}

static int set_nonblocking(int descriptor) {
    int flags = fcntl(descriptor, F_GETFL);
    return flags < 0 ? -1 : fcntl(descriptor, F_SETFL, flags | O_NONBLOCK);
}

const struct cverbs_calls cverbs_library_calls = {
    .get_device_list = ibv_get_device_list,
    .free_device_list = ibv_free_device_list,
    .open_device = ibv_open_device,
    .close_device = ibv_close_device,
    .get_devices = rdma_get_devices,
    .free_devices = rdma_free_devices,
    .query_device = ibv_query_device,
    .query_port = query_port,
    .query_gid_table = query_gid_table,
    .get_async_event = ibv_get_async_event,
    .ack_async_event = ibv_ack_async_event,
    .alloc_pd = ibv_alloc_pd,
    .dealloc_pd = ibv_dealloc_pd,
    .reg_mr = reg_mr,
    .dereg_mr = ibv_dereg_mr,
    .create_comp_channel = ibv_create_comp_channel,
    .destroy_comp_channel = ibv_destroy_comp_channel,
    .create_cq = ibv_create_cq,
    .destroy_cq = ibv_destroy_cq,
    .get_cq_event = ibv_get_cq_event,
    .ack_cq_events = ibv_ack_cq_events,
    .create_datagram_qp = ibv_create_qp,
    .destroy_datagram_qp = ibv_destroy_qp,
    .create_ah = ibv_create_ah,
    .destroy_ah = ibv_destroy_ah,
    .modify_qp = ibv_modify_qp,
    .query_qp = ibv_query_qp,
    .create_event_channel = rdma_create_event_channel,
    .destroy_event_channel = rdma_destroy_event_channel,
    .get_cm_event = rdma_get_cm_event,
    .ack_cm_event = rdma_ack_cm_event,
    .create_id = rdma_create_id,
    .destroy_id = rdma_destroy_id,
    .migrate_id = rdma_migrate_id,
    .bind_addr = rdma_bind_addr,
    .listen = rdma_listen,
    .resolve_addr = rdma_resolve_addr,
    .resolve_route = rdma_resolve_route,
    .set_option = rdma_set_option,
    .connect = rdma_connect,
    .accept = rdma_accept,
    .reject = rdma_reject,
    .disconnect = rdma_disconnect,
    .create_qp = rdma_create_qp,
    .destroy_qp = rdma_destroy_qp,
    .set_nonblocking = set_nonblocking,
};

static const struct cverbs_calls *current = &cverbs_library_calls;

const struct cverbs_calls *cverbs_current_calls(void) { return __atomic_load_n(&current, __ATOMIC_ACQUIRE); }

void cverbs_replace_calls(const struct cverbs_calls *calls) {
    __atomic_store_n(&current, calls != NULL ? calls : &cverbs_library_calls, __ATOMIC_RELEASE);
}
