// libibverbs and librdmacm for Swift.
//
// Every function returns 0 or an errno value and hands its object out through a pointer, because the two libraries
// have three conventions of their own (errno returned; NULL with errno; -1 with errno), and errno cannot be read
// from Swift. All but the data path, which the library has inline, goes through the table of Calls.h.
#ifndef CVERBS_H
#define CVERBS_H

#if !__has_include(<infiniband/verbs.h>)
#error "infiniband/verbs.h is missing: install the Debian package libibverbs-dev"
#endif
#if !__has_include(<rdma/rdma_cma.h>)
#error "rdma/rdma_cma.h is missing: install the Debian package librdmacm-dev"
#endif

#include "Calls.h"

#include <errno.h>
#include <infiniband/verbs.h>
#include <rdma/rdma_cma.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// MARK: Devices

int cverbs_get_device_list(struct ibv_device ***list, int *count);
void cverbs_free_device_list(struct ibv_device **list);
const char *cverbs_device_name(struct ibv_device *device);
int cverbs_open_device(struct ibv_device *device, struct ibv_context **context);
int cverbs_close_device(struct ibv_context *context);
// librdmacm opens a device once and keeps it open; only a look at all devices, as rdma_get_devices takes it, closes one
// that is no longer there.
int cverbs_forget_removed_devices(void);
int cverbs_query_device(struct ibv_context *context, struct ibv_device_attr *attributes);
// In Swift `ibv_query_port` is the function of the old ABI; the macro of that name is the one that is meant.
int cverbs_query_port(struct ibv_context *context, uint8_t port, struct ibv_port_attr *attributes);
// Fills at most `capacity` entries of the GIDs that are in use, of all ports, in one call of the kernel; `*count` is how
// many. The public function is a macro that passes the size of the entry.
int cverbs_query_gid_table(
    struct ibv_context *context, struct ibv_gid_entry *entries, size_t capacity, size_t *count);
const char *cverbs_context_device_name(struct ibv_context *context);
bool cverbs_context_is_iwarp(struct ibv_context *context);

// What a device tells unasked. `subject` is what the queue pair or the completion queue was created with, 0 where the
// event is about neither; `port` is 0 where it is about no port.
struct cverbs_async_event {
    int type;
    uintptr_t subject;
    uint32_t port;
};

// Readable when an event waits. The device's context has one queue of events, whoever uses the context.
int cverbs_async_fd(struct ibv_context *context);
// Takes one event from a context that does not block and acknowledges it; EAGAIN where there is none.
int cverbs_take_async_event(struct ibv_context *context, struct cverbs_async_event *event);

// MARK: Objects

int cverbs_alloc_pd(struct ibv_context *context, struct ibv_pd **pd);
int cverbs_dealloc_pd(struct ibv_pd *pd);
// In Swift `ibv_reg_mr` bypasses the macro that handles optional access flags.
int cverbs_reg_mr(struct ibv_pd *pd, void *address, size_t length, int access, struct ibv_mr **mr);
int cverbs_dereg_mr(struct ibv_mr *mr);
int cverbs_create_comp_channel(struct ibv_context *context, struct ibv_comp_channel **channel);
int cverbs_destroy_comp_channel(struct ibv_comp_channel *channel);
// `subject` comes back with the events of the queue.
int cverbs_create_cq(
    struct ibv_context *context, int depth, uintptr_t subject, struct ibv_comp_channel *channel, struct ibv_cq **cq);
int cverbs_destroy_cq(struct ibv_cq *cq);
int cverbs_req_notify_cq(struct ibv_cq *cq);
// Takes one event from a channel that does not block and acknowledges it; EAGAIN where there is none.
int cverbs_take_cq_event(struct ibv_comp_channel *channel);
// Makes reads of an event descriptor return at once where there is nothing to read.
int cverbs_set_nonblocking(int descriptor);

// MARK: Connection manager

enum { CVERBS_PRIVATE_DATA_MAX = 256 };

// A connection manager event, copied so that the original can be acknowledged at once.
struct cverbs_cm_event {
    struct rdma_cm_id *id;
    struct rdma_cm_id *listen_id;
    int type;
    int status;
    uint8_t responder_resources;
    uint8_t initiator_depth;
    uint16_t private_data_length;
    uint8_t private_data[CVERBS_PRIVATE_DATA_MAX];
};

struct cverbs_connect_options {
    const void *private_data;
    uint8_t private_data_length;
    uint8_t responder_resources;
    uint8_t initiator_depth;
    uint8_t retry_count;
    uint8_t rnr_retry_count;
};

int cverbs_create_event_channel(struct rdma_event_channel **channel);
void cverbs_destroy_event_channel(struct rdma_event_channel *channel);
int cverbs_event_channel_fd(struct rdma_event_channel *channel);
// Takes one event from a channel that does not block and acknowledges it; EAGAIN where there is none.
int cverbs_take_cm_event(struct rdma_event_channel *channel, struct cverbs_cm_event *event);
int cverbs_create_id(struct rdma_event_channel *channel, struct rdma_cm_id **id);
int cverbs_destroy_id(struct rdma_cm_id *id);
int cverbs_migrate_id(struct rdma_cm_id *id, struct rdma_event_channel *channel);
int cverbs_bind_addr(struct rdma_cm_id *id, const void *address);
int cverbs_listen(struct rdma_cm_id *id, int backlog);
int cverbs_resolve_addr(struct rdma_cm_id *id, const void *source, const void *destination, int timeout_ms);
int cverbs_resolve_route(struct rdma_cm_id *id, int timeout_ms);
// Sets the exponent of the acknowledgement timeout (4.096 µs · 2^exponent) of the queue pair to come.
int cverbs_set_ack_timeout(struct rdma_cm_id *id, uint8_t exponent);
// Sets the type of service of the connection to come: the DSCP in its upper six bits. Before the address is resolved.
int cverbs_set_type_of_service(struct rdma_cm_id *id, uint8_t value);
int cverbs_connect(struct rdma_cm_id *id, const struct cverbs_connect_options *options);
int cverbs_accept(struct rdma_cm_id *id, const struct cverbs_connect_options *options);
int cverbs_reject(struct rdma_cm_id *id, const void *private_data, uint8_t length);
int cverbs_disconnect(struct rdma_cm_id *id);
struct ibv_context *cverbs_id_context(struct rdma_cm_id *id);
uint8_t cverbs_id_port(struct rdma_cm_id *id);
uint16_t cverbs_id_source_port(struct rdma_cm_id *id);
// Copies the source GID of the path; false where there is none yet.
bool cverbs_id_source_gid(struct rdma_cm_id *id, uint8_t gid[16]);
// Copies the peer's or this end's socket address; the result is its length, 0 where there is none.
size_t cverbs_id_peer_address(struct rdma_cm_id *id, void *address, size_t capacity);
size_t cverbs_id_local_address(struct rdma_cm_id *id, void *address, size_t capacity);
const char *cverbs_cm_event_name(int type);

struct cverbs_qp_options {
    struct ibv_pd *pd;
    struct ibv_cq *send_cq;
    struct ibv_cq *receive_cq;
    // Comes back with the events of the queue pair.
    uintptr_t subject;
    uint32_t send_depth;
    uint32_t receive_depth;
    uint32_t inline_bytes;
};
// Creates the reliable connected queue pair of an id; `inline_bytes` becomes what the device grants.
int cverbs_create_qp(struct rdma_cm_id *id, struct cverbs_qp_options *options, struct ibv_qp **qp);
void cverbs_destroy_qp(struct rdma_cm_id *id);
// Moves the queue pair to the error state, so that what is posted is flushed.
int cverbs_fail_qp(struct ibv_qp *qp);
// The time a receiver asks senders to wait when it has no receive posted (IBTA code; 12 is 0.64 ms, 0 is 655 ms).
int cverbs_set_min_rnr_timer(struct ibv_qp *qp, uint8_t code);
// The traffic class with which a connected queue pair sends; not known where its packets have no global header.
int cverbs_query_traffic_class(struct ibv_qp *qp, uint8_t *value, bool *known);

// MARK: Unreliable datagrams

// Creates an unreliable datagram queue pair; `inline_bytes` becomes what the device grants.
int cverbs_create_datagram_qp(struct cverbs_qp_options *options, struct ibv_qp **qp);
int cverbs_destroy_datagram_qp(struct ibv_qp *qp);
// Takes it from nothing to where it sends and receives: only what carries `qkey` arrives.
int cverbs_start_datagram_qp(struct ibv_qp *qp, uint8_t port, uint32_t qkey);
uint32_t cverbs_qp_number(struct ibv_qp *qp);

struct cverbs_datagram_address {
    uint8_t gid[16];
    // Of the table of this end's port: what the packets come from.
    uint8_t source_gid_index;
    uint8_t port;
    uint8_t traffic_class;
    // InfiniBand alone has one; 0 elsewhere.
    uint16_t lid;
};
int cverbs_create_ah(struct ibv_pd *pd, const struct cverbs_datagram_address *address, struct ibv_ah **ah);
int cverbs_destroy_ah(struct ibv_ah *ah);

// MARK: Data path
//
// Inline, as the library's own functions are: a caller in another language then pays for the adapter's driver alone.

struct cverbs_completion {
    uint64_t wr_id;
    int status;
    int opcode;
    uint32_t vendor_error;
    uint32_t byte_count;
    // The queue pair that a datagram came from.
    uint32_t source_qp;
};

struct cverbs_slice {
    uint64_t address;
    uint32_t length;
    uint32_t local_key;
};

// The functions of the data path return an errno value; some providers leave it in errno instead.
static inline int cverbs_data_path_code(int result) {
    return result == 0 ? 0 : (result > 0 ? result : (errno != 0 ? errno : EIO));
}

static inline int cverbs_post_receive(struct ibv_qp *qp, uint64_t wr_id, struct cverbs_slice slice) {
    struct ibv_sge entry = {.addr = slice.address, .length = slice.length, .lkey = slice.local_key};
    struct ibv_recv_wr request = {.wr_id = wr_id, .sg_list = &entry, .num_sge = 1};
    struct ibv_recv_wr *bad;
    return cverbs_data_path_code(ibv_post_recv(qp, &request, &bad));
}

static inline int cverbs_post(
    struct ibv_qp *qp, uint64_t wr_id, struct cverbs_slice slice, unsigned int flags, enum ibv_wr_opcode opcode,
    uint64_t remote, uint32_t remote_key) {
    struct ibv_sge entry = {.addr = slice.address, .length = slice.length, .lkey = slice.local_key};
    struct ibv_send_wr request = {
        .wr_id = wr_id,
        .sg_list = &entry,
        .num_sge = 1,
        .opcode = opcode,
        .send_flags = flags,
        .wr.rdma = {.remote_addr = remote, .rkey = remote_key},
    };
    struct ibv_send_wr *bad;
    return cverbs_data_path_code(ibv_post_send(qp, &request, &bad));
}

static inline unsigned int cverbs_flags(bool inlined, bool signaled) {
    return (signaled ? IBV_SEND_SIGNALED : 0) | (inlined ? IBV_SEND_INLINE : 0);
}

// A request that is not signaled completes without a completion, unless it fails; one behind it that is signaled answers
// for it.
static inline int cverbs_post_send(
    struct ibv_qp *qp, uint64_t wr_id, struct cverbs_slice slice, bool inlined, bool signaled) {
    return cverbs_post(qp, wr_id, slice, cverbs_flags(inlined, signaled), IBV_WR_SEND, 0, 0);
}

static inline int cverbs_post_write(
    struct ibv_qp *qp, uint64_t wr_id, struct cverbs_slice slice, bool inlined, bool signaled, uint64_t remote,
    uint32_t remote_key) {
    return cverbs_post(qp, wr_id, slice, cverbs_flags(inlined, signaled), IBV_WR_RDMA_WRITE, remote, remote_key);
}

static inline int cverbs_post_read(
    struct ibv_qp *qp, uint64_t wr_id, struct cverbs_slice slice, bool signaled, uint64_t remote, uint32_t remote_key) {
    return cverbs_post(qp, wr_id, slice, cverbs_flags(false, signaled), IBV_WR_RDMA_READ, remote, remote_key);
}

// Compares the eight bytes at `remote` and, where they are `compare`, puts `swap` in their place; the slice takes what was
// there, all in the byte order of either host.
static inline int cverbs_post_compare_and_swap(
    struct ibv_qp *qp, uint64_t wr_id, struct cverbs_slice slice, uint64_t remote, uint32_t remote_key, uint64_t compare,
    uint64_t swap) {
    struct ibv_sge entry = {.addr = slice.address, .length = slice.length, .lkey = slice.local_key};
    struct ibv_send_wr request = {
        .wr_id = wr_id,
        .sg_list = &entry,
        .num_sge = 1,
        .opcode = IBV_WR_ATOMIC_CMP_AND_SWP,
        .send_flags = IBV_SEND_SIGNALED,
        .wr.atomic = {.remote_addr = remote, .compare_add = compare, .swap = swap, .rkey = remote_key},
    };
    struct ibv_send_wr *bad;
    return cverbs_data_path_code(ibv_post_send(qp, &request, &bad));
}

static inline int cverbs_post_datagram(
    struct ibv_qp *qp, uint64_t wr_id, struct cverbs_slice slice, bool inlined, struct ibv_ah *ah, uint32_t remote_qp,
    uint32_t remote_qkey) {
    struct ibv_sge entry = {.addr = slice.address, .length = slice.length, .lkey = slice.local_key};
    struct ibv_send_wr request = {
        .wr_id = wr_id,
        .sg_list = &entry,
        .num_sge = 1,
        .opcode = IBV_WR_SEND,
        .send_flags = cverbs_flags(inlined, true),
        .wr.ud = {.ah = ah, .remote_qpn = remote_qp, .remote_qkey = remote_qkey},
    };
    struct ibv_send_wr *bad;
    return cverbs_data_path_code(ibv_post_send(qp, &request, &bad));
}

static inline int cverbs_copy_completion(
    const struct ibv_wc *original, int count, struct cverbs_completion *completion, int *found) {
    // A negative errno of some providers, and -1 of others.
    if (count < 0) return count == -1 ? EIO : -count;
    *found = count;
    if (count == 1) {
        completion->wr_id = original->wr_id;
        completion->status = original->status;
        completion->opcode = original->opcode;
        completion->vendor_error = original->vendor_err;
        completion->byte_count = original->byte_len;
        completion->source_qp = original->src_qp;
    }
    return 0;
}

// Takes one completion where one waits: `*found` is 0 or 1.
static inline __attribute__((always_inline)) int cverbs_poll_once(
    struct ibv_cq *cq, struct cverbs_completion *completion, int *found) {
    struct ibv_wc original;
    return cverbs_copy_completion(&original, ibv_poll_cq(cq, 1, &original), completion, found);
}

// Looks so many times for a completion and takes at most one: `*found` is 0 or 1.
static inline int cverbs_poll_cq(
    struct ibv_cq *cq, uint32_t looks, struct cverbs_completion *completion, int *found) {
    struct ibv_wc original;
    int count = 0;
    while (looks-- > 0 && count == 0) count = ibv_poll_cq(cq, 1, &original);
    return cverbs_copy_completion(&original, count, completion, found);
}

// MARK: Memory that an adapter writes

// A load and a store that the compiler neither moves nor merges: the adapter's writes come from outside the program.
static inline uint8_t cverbs_load_acquire(const volatile uint8_t *byte) {
    return __atomic_load_n(byte, __ATOMIC_ACQUIRE);
}

static inline void cverbs_store_release(volatile uint8_t *byte, uint8_t value) {
    __atomic_store_n(byte, value, __ATOMIC_RELEASE);
}

// MARK: The processor's counter of time
//
// Here because Swift has no word for the instruction.

// The Linux name of the clock source that is this counter; NULL where the processor has none that programs may read.
static inline const char *cverbs_counter_name(void) {
#if defined(__x86_64__)
    return "tsc";
#elif defined(__aarch64__)
    return "arch_sys_counter";
#else
    return NULL;
#endif
}

// The counter, not before everything that comes first in the program is done; 0 where there is none.
static inline __attribute__((always_inline)) uint64_t cverbs_counter(void) {
#if defined(__x86_64__)
    __builtin_ia32_lfence();
    return __builtin_ia32_rdtsc();
#elif defined(__aarch64__)
    uint64_t value;
    __asm__ volatile("isb\n\tmrs %0, cntvct_el0" : "=r"(value)::"memory");
    return value;
#else
    return 0;
#endif
}

// MARK: A round trip
//
// In C as a whole, and not inline: the compiler puts no C function of this library into Swift code, so one call for all that
// is posted and taken costs less than one for each.

// Waits for these are open.
enum {
    // The byte that the far program writes.
    CVERBS_AWAITS_MARKER = 1,
    // The completion of `request`.
    CVERBS_AWAITS_REQUEST = 2,
    // That of `receive` or of `fence`.
    CVERBS_AWAITS_ANSWER = 4,
};

// How far a round trip came, where it is not an errno value.
enum {
    CVERBS_TRIP_DONE = 0,
    CVERBS_TRIP_OPEN = -1,
    CVERBS_TRIP_FAILED = -2,
};

// An operation that was made ready once and is done again and again. The requests name the entries beside them, so it stays
// where it was made.
struct cverbs_trip {
    struct ibv_qp *qp;
    struct ibv_cq *cq;
    // NULL for the processor's counter.
    uint64_t (*clock)(void);
    // What is posted: room for the answer before the time is taken, the request, what answers for its arrival.
    bool posts_receive, posts_fence;
    struct ibv_recv_wr receive;
    struct ibv_sge receive_entry;
    struct ibv_send_wr request;
    struct ibv_sge request_entry;
    struct ibv_send_wr fence;
    struct ibv_sge fence_entry;
    // Where a marker is put before the request is posted, and where the far program writes it back; NULL without.
    volatile uint8_t *marker_sent;
    const volatile uint8_t *marker_awaited;
    uint8_t marker;
    // What a round trip waits for, and which of it ends its time.
    unsigned int awaited, timed_by;

    // The round trip that was begun last: what it still waits for, and its time.
    unsigned int open;
    uint64_t start, end;
    // The call that failed, where the result is an errno value.
    const char *failed_call;
    // The completion in error, where the result is CVERBS_TRIP_FAILED.
    struct cverbs_completion failure;
};

// A request alone, timed by its completion. The rest is added to it.
void cverbs_prepare_trip(
    struct cverbs_trip *trip, struct ibv_qp *qp, struct ibv_cq *cq, uint64_t (*clock)(void), uint64_t wr_id,
    struct cverbs_slice slice, bool inlined, enum ibv_wr_opcode opcode, uint64_t remote, uint32_t remote_key);
void cverbs_add_receive(struct cverbs_trip *trip, uint64_t wr_id, struct cverbs_slice slice);
void cverbs_add_fence(
    struct cverbs_trip *trip, uint64_t wr_id, struct cverbs_slice slice, uint64_t remote, uint32_t remote_key);
void cverbs_add_marker(struct cverbs_trip *trip, volatile uint8_t *sent, const volatile uint8_t *awaited);

// Posts what belongs to a round trip and looks once for each thing that it waits for.
int cverbs_begin_trip(struct cverbs_trip *trip);
// Looks so many times for what is still missing.
int cverbs_continue_trip(struct cverbs_trip *trip, uint32_t looks);

#endif
