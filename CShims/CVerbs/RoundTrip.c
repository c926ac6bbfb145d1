#include "CVerbs.h"

void cverbs_prepare_trip(
    struct cverbs_trip *trip, struct ibv_qp *qp, struct ibv_cq *cq, uint64_t (*clock)(void), uint64_t wr_id,
    struct cverbs_slice slice, bool inlined, enum ibv_wr_opcode opcode, uint64_t remote, uint32_t remote_key) {
    *trip = (struct cverbs_trip){
        .qp = qp,
        .cq = cq,
        .clock = clock,
        .request_entry = {.addr = slice.address, .length = slice.length, .lkey = slice.local_key},
        .request =
            {
                .wr_id = wr_id,
                .sg_list = &trip->request_entry,
                .num_sge = 1,
                .opcode = opcode,
                .send_flags = cverbs_flags(inlined, true),
                .wr.rdma = {.remote_addr = remote, .rkey = remote_key},
            },
        .awaited = CVERBS_AWAITS_REQUEST,
        .timed_by = CVERBS_AWAITS_REQUEST,
    };
}

void cverbs_add_receive(struct cverbs_trip *trip, uint64_t wr_id, struct cverbs_slice slice) {
    trip->posts_receive = true;
    trip->receive_entry = (struct ibv_sge){.addr = slice.address, .length = slice.length, .lkey = slice.local_key};
    trip->receive = (struct ibv_recv_wr){.wr_id = wr_id, .sg_list = &trip->receive_entry, .num_sge = 1};
    trip->awaited |= CVERBS_AWAITS_ANSWER;
    trip->timed_by = CVERBS_AWAITS_ANSWER;
}

void cverbs_add_fence(
    struct cverbs_trip *trip, uint64_t wr_id, struct cverbs_slice slice, uint64_t remote, uint32_t remote_key) {
    trip->posts_fence = true;
    trip->fence_entry = (struct ibv_sge){.addr = slice.address, .length = slice.length, .lkey = slice.local_key};
    trip->fence = (struct ibv_send_wr){
        .wr_id = wr_id,
        .sg_list = &trip->fence_entry,
        .num_sge = 1,
        .opcode = IBV_WR_RDMA_READ,
        .send_flags = cverbs_flags(false, true),
        .wr.rdma = {.remote_addr = remote, .rkey = remote_key},
    };
    trip->awaited |= CVERBS_AWAITS_ANSWER;
    trip->timed_by = CVERBS_AWAITS_ANSWER;
}

void cverbs_add_marker(struct cverbs_trip *trip, volatile uint8_t *sent, const volatile uint8_t *awaited) {
    trip->marker_sent = sent;
    trip->marker_awaited = awaited;
    trip->awaited |= CVERBS_AWAITS_MARKER;
    trip->timed_by = CVERBS_AWAITS_MARKER;
}

static uint64_t now(const struct cverbs_trip *trip) { return trip->clock == NULL ? cverbs_counter() : trip->clock(); }

static int failed(struct cverbs_trip *trip, const char *call, int code) {
    trip->failed_call = call;
    return code;
}

// Takes what is there; `looks` is at least 1 and counts those that found nothing.
static inline __attribute__((always_inline)) int take(struct cverbs_trip *trip, uint32_t looks) {
    if (trip->open & CVERBS_AWAITS_MARKER) {
        while (cverbs_load_acquire(trip->marker_awaited) != trip->marker) {
            if (--looks == 0) return CVERBS_TRIP_OPEN;
        }
        trip->end = now(trip);
        trip->open &= ~(unsigned int)CVERBS_AWAITS_MARKER;
    }
    while (trip->open != 0) {
        struct ibv_wc completion;
        int count;
        while ((count = ibv_poll_cq(trip->cq, 1, &completion)) == 0) {
            if (--looks == 0) return CVERBS_TRIP_OPEN;
        }
        if (count < 0 || completion.status != IBV_WC_SUCCESS) {
            int found;
            int code = cverbs_copy_completion(&completion, count, &trip->failure, &found);
            return code != 0 ? failed(trip, "ibv_poll_cq", code) : CVERBS_TRIP_FAILED;
        }
        unsigned int taken =
            trip->open & (completion.wr_id == trip->request.wr_id ? CVERBS_AWAITS_REQUEST : CVERBS_AWAITS_ANSWER);
        if (taken & trip->timed_by) trip->end = now(trip);
        trip->open &= ~taken;
    }
    return CVERBS_TRIP_DONE;
}

int cverbs_begin_trip(struct cverbs_trip *trip) {
    struct ibv_send_wr *bad;
    int result;
    if (trip->posts_receive) {
        struct ibv_recv_wr *bad_receive;
        result = ibv_post_recv(trip->qp, &trip->receive, &bad_receive);
        if (result != 0) return failed(trip, "ibv_post_recv", cverbs_data_path_code(result));
    }
    if (trip->marker_sent != NULL) {
        // From 1 to 255 and again from 1: 0 is what the memory holds before the first echo.
        trip->marker = trip->marker == 255 ? 1 : trip->marker + 1;
        cverbs_store_release(trip->marker_sent, trip->marker);
    }
    trip->open = trip->awaited;
    trip->start = now(trip);
    result = ibv_post_send(trip->qp, &trip->request, &bad);
    if (result == 0 && trip->posts_fence) result = ibv_post_send(trip->qp, &trip->fence, &bad);
    if (result != 0) return failed(trip, "ibv_post_send", cverbs_data_path_code(result));
    return take(trip, 1);
}

int cverbs_continue_trip(struct cverbs_trip *trip, uint32_t looks) { return take(trip, looks > 0 ? looks : 1); }
