// Every call of libibverbs and librdmacm that goes through a symbol, as a table that can be replaced.
//
// The libraries' data path (post, poll, arm) is inline and goes through `context->ops`, so a context of one's own
// replaces it without a change to what is measured. What is left goes through this table: a program that stands in for
// the adapters, the network and the kernel replaces the table and hands out contexts of its own. No other file of this
// module calls the libraries.
#ifndef CVERBS_CALLS_H
#define CVERBS_CALLS_H

#include <infiniband/verbs.h>
#include <rdma/rdma_cma.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

// In the order of CVerbs.h. Each entry behaves as the function that its comment names: the same results, the same errno.
struct cverbs_calls {
    // ibv_get_device_list, ibv_free_device_list, ibv_open_device, ibv_close_device
    struct ibv_device **(*get_device_list)(int *count);
    void (*free_device_list)(struct ibv_device **list);
    struct ibv_context *(*open_device)(struct ibv_device *device);
    int (*close_device)(struct ibv_context *context);
    // rdma_get_devices, rdma_free_devices
    struct ibv_context **(*get_devices)(int *count);
    void (*free_devices)(struct ibv_context **list);
    // ibv_query_device, ibv_query_port, ibv_query_gid_table
    int (*query_device)(struct ibv_context *context, struct ibv_device_attr *attributes);
    int (*query_port)(struct ibv_context *context, uint8_t port, struct ibv_port_attr *attributes);
    ssize_t (*query_gid_table)(struct ibv_context *context, struct ibv_gid_entry *entries, size_t capacity);
    // ibv_get_async_event, ibv_ack_async_event
    int (*get_async_event)(struct ibv_context *context, struct ibv_async_event *event);
    void (*ack_async_event)(struct ibv_async_event *event);

    // ibv_alloc_pd, ibv_dealloc_pd, ibv_reg_mr, ibv_dereg_mr
    struct ibv_pd *(*alloc_pd)(struct ibv_context *context);
    int (*dealloc_pd)(struct ibv_pd *pd);
    struct ibv_mr *(*reg_mr)(struct ibv_pd *pd, void *address, size_t length, int access);
    int (*dereg_mr)(struct ibv_mr *mr);
    // ibv_create_comp_channel, ibv_destroy_comp_channel, ibv_create_cq, ibv_destroy_cq
    struct ibv_comp_channel *(*create_comp_channel)(struct ibv_context *context);
    int (*destroy_comp_channel)(struct ibv_comp_channel *channel);
    struct ibv_cq *(*create_cq)(
        struct ibv_context *context, int depth, void *cq_context, struct ibv_comp_channel *channel, int vector);
    int (*destroy_cq)(struct ibv_cq *cq);
    // ibv_get_cq_event, ibv_ack_cq_events
    int (*get_cq_event)(struct ibv_comp_channel *channel, struct ibv_cq **cq, void **cq_context);
    void (*ack_cq_events)(struct ibv_cq *cq, unsigned int count);
    // ibv_create_qp, ibv_destroy_qp, ibv_create_ah, ibv_destroy_ah
    struct ibv_qp *(*create_datagram_qp)(struct ibv_pd *pd, struct ibv_qp_init_attr *attributes);
    int (*destroy_datagram_qp)(struct ibv_qp *qp);
    struct ibv_ah *(*create_ah)(struct ibv_pd *pd, struct ibv_ah_attr *attributes);
    int (*destroy_ah)(struct ibv_ah *ah);
    // ibv_modify_qp
    int (*modify_qp)(struct ibv_qp *qp, struct ibv_qp_attr *attributes, int mask);
    // ibv_query_qp
    int (*query_qp)(
        struct ibv_qp *qp, struct ibv_qp_attr *attributes, int mask, struct ibv_qp_init_attr *initial);

    // rdma_create_event_channel, rdma_destroy_event_channel, rdma_get_cm_event, rdma_ack_cm_event
    struct rdma_event_channel *(*create_event_channel)(void);
    void (*destroy_event_channel)(struct rdma_event_channel *channel);
    int (*get_cm_event)(struct rdma_event_channel *channel, struct rdma_cm_event **event);
    int (*ack_cm_event)(struct rdma_cm_event *event);
    // rdma_create_id, rdma_destroy_id, rdma_migrate_id
    int (*create_id)(
        struct rdma_event_channel *channel, struct rdma_cm_id **id, void *context, enum rdma_port_space space);
    int (*destroy_id)(struct rdma_cm_id *id);
    int (*migrate_id)(struct rdma_cm_id *id, struct rdma_event_channel *channel);
    // rdma_bind_addr, rdma_listen, rdma_resolve_addr, rdma_resolve_route, rdma_set_option
    int (*bind_addr)(struct rdma_cm_id *id, struct sockaddr *address);
    int (*listen)(struct rdma_cm_id *id, int backlog);
    int (*resolve_addr)(
        struct rdma_cm_id *id, struct sockaddr *source, struct sockaddr *destination, int timeout_ms);
    int (*resolve_route)(struct rdma_cm_id *id, int timeout_ms);
    int (*set_option)(struct rdma_cm_id *id, int level, int name, void *value, size_t length);
    // rdma_connect, rdma_accept, rdma_reject, rdma_disconnect
    int (*connect)(struct rdma_cm_id *id, struct rdma_conn_param *parameters);
    int (*accept)(struct rdma_cm_id *id, struct rdma_conn_param *parameters);
    int (*reject)(struct rdma_cm_id *id, const void *private_data, uint8_t length);
    int (*disconnect)(struct rdma_cm_id *id);
    // rdma_create_qp, rdma_destroy_qp
    int (*create_qp)(struct rdma_cm_id *id, struct ibv_pd *pd, struct ibv_qp_init_attr *attributes);
    void (*destroy_qp)(struct rdma_cm_id *id);

    // fcntl: lets reads of an event descriptor return at once where there is nothing to read.
    int (*set_nonblocking)(int descriptor);
};

// The libraries' own functions.
extern const struct cverbs_calls cverbs_library_calls;

// The table in force.
const struct cverbs_calls *cverbs_current_calls(void);

// Puts a table in force for the whole process; NULL takes the libraries' own. The table must outlive its use, and every
// object must end under a table that knows it.
void cverbs_replace_calls(const struct cverbs_calls *calls);

#endif
