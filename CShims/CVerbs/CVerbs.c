#include "CVerbs.h"

#include <errno.h>
#include <string.h>

// The three conventions of the libraries, made one.
static int from_minus_one(int result) { return result == 0 ? 0 : (errno != 0 ? errno : EIO); }
static int from_errno_value(int result) { return result == 0 ? 0 : (result > 0 ? result : (errno != 0 ? errno : EIO)); }
static int from_pointer(const void *result) { return result != NULL ? 0 : (errno != 0 ? errno : EIO); }

static const struct cverbs_calls *calls(void) { return cverbs_current_calls(); }

// MARK: Devices

int cverbs_get_device_list(struct ibv_device ***list, int *count) {
    errno = 0;
    *list = calls()->get_device_list(count);
    return from_pointer(*list);
}

void cverbs_free_device_list(struct ibv_device **list) { calls()->free_device_list(list); }

const char *cverbs_device_name(struct ibv_device *device) { return ibv_get_device_name(device); }

int cverbs_open_device(struct ibv_device *device, struct ibv_context **context) {
    errno = 0;
    *context = calls()->open_device(device);
    return from_pointer(*context);
}

int cverbs_close_device(struct ibv_context *context) {
    errno = 0;
    return from_minus_one(calls()->close_device(context));
}

int cverbs_forget_removed_devices(void) {
    int count = 0;
    errno = 0;
    struct ibv_context **list = calls()->get_devices(&count);
    if (list == NULL) return from_pointer(list);
    calls()->free_devices(list);
    return 0;
}

int cverbs_query_device(struct ibv_context *context, struct ibv_device_attr *attributes) {
    return from_errno_value(calls()->query_device(context, attributes));
}

int cverbs_query_port(struct ibv_context *context, uint8_t port, struct ibv_port_attr *attributes) {
    return from_errno_value(calls()->query_port(context, port, attributes));
}

int cverbs_query_gid_table(
    struct ibv_context *context, struct ibv_gid_entry *entries, size_t capacity, size_t *count) {
    errno = 0;
    ssize_t result = calls()->query_gid_table(context, entries, capacity);
    if (result < 0) return (int)-result;
    *count = (size_t)result;
    return 0;
}

const char *cverbs_context_device_name(struct ibv_context *context) { return ibv_get_device_name(context->device); }

bool cverbs_context_is_iwarp(struct ibv_context *context) {
    return context->device->transport_type == IBV_TRANSPORT_IWARP;
}

int cverbs_async_fd(struct ibv_context *context) { return context->async_fd; }

int cverbs_take_async_event(struct ibv_context *context, struct cverbs_async_event *event) {
    struct ibv_async_event original;
    errno = 0;
    int result = from_minus_one(calls()->get_async_event(context, &original));
    if (result != 0) return result;
    memset(event, 0, sizeof *event);
    event->type = original.event_type;
    switch (original.event_type) {
    case IBV_EVENT_CQ_ERR:
        event->subject = (uintptr_t)original.element.cq->cq_context;
        break;
    case IBV_EVENT_QP_FATAL:
    case IBV_EVENT_QP_REQ_ERR:
    case IBV_EVENT_QP_ACCESS_ERR:
    case IBV_EVENT_COMM_EST:
    case IBV_EVENT_SQ_DRAINED:
    case IBV_EVENT_PATH_MIG:
    case IBV_EVENT_PATH_MIG_ERR:
    case IBV_EVENT_QP_LAST_WQE_REACHED:
        event->subject = (uintptr_t)original.element.qp->qp_context;
        break;
    case IBV_EVENT_PORT_ACTIVE:
    case IBV_EVENT_PORT_ERR:
    case IBV_EVENT_LID_CHANGE:
    case IBV_EVENT_PKEY_CHANGE:
    case IBV_EVENT_SM_CHANGE:
    case IBV_EVENT_CLIENT_REREGISTER:
    case IBV_EVENT_GID_CHANGE:
        event->port = (uint32_t)original.element.port_num;
        break;
    default:
        // Of the device, of objects that nobody here makes, or of a kind that these headers do not know.
        break;
    }
    // Whoever destroys the object of an event waits until it is acknowledged, and everything of it is copied.
    calls()->ack_async_event(&original);
    return 0;
}

// MARK: Objects

int cverbs_alloc_pd(struct ibv_context *context, struct ibv_pd **pd) {
    errno = 0;
    *pd = calls()->alloc_pd(context);
    return from_pointer(*pd);
}

int cverbs_dealloc_pd(struct ibv_pd *pd) { return from_errno_value(calls()->dealloc_pd(pd)); }

int cverbs_reg_mr(struct ibv_pd *pd, void *address, size_t length, int access, struct ibv_mr **mr) {
    errno = 0;
    *mr = calls()->reg_mr(pd, address, length, access);
    return from_pointer(*mr);
}

int cverbs_dereg_mr(struct ibv_mr *mr) { return from_errno_value(calls()->dereg_mr(mr)); }

int cverbs_create_comp_channel(struct ibv_context *context, struct ibv_comp_channel **channel) {
    errno = 0;
    *channel = calls()->create_comp_channel(context);
    return from_pointer(*channel);
}

int cverbs_destroy_comp_channel(struct ibv_comp_channel *channel) {
    return from_errno_value(calls()->destroy_comp_channel(channel));
}

int cverbs_create_cq(
    struct ibv_context *context, int depth, uintptr_t subject, struct ibv_comp_channel *channel, struct ibv_cq **cq) {
    errno = 0;
    *cq = calls()->create_cq(context, depth, (void *)subject, channel, 0);
    return from_pointer(*cq);
}

int cverbs_destroy_cq(struct ibv_cq *cq) { return from_errno_value(calls()->destroy_cq(cq)); }

int cverbs_req_notify_cq(struct ibv_cq *cq) { return from_errno_value(ibv_req_notify_cq(cq, 0)); }

int cverbs_take_cq_event(struct ibv_comp_channel *channel) {
    struct ibv_cq *cq;
    void *context;
    errno = 0;
    int result = from_minus_one(calls()->get_cq_event(channel, &cq, &context));
    if (result == 0) calls()->ack_cq_events(cq, 1);
    return result;
}

int cverbs_set_nonblocking(int descriptor) {
    errno = 0;
    return from_minus_one(calls()->set_nonblocking(descriptor));
}

// MARK: Connection manager

int cverbs_create_event_channel(struct rdma_event_channel **channel) {
    errno = 0;
    *channel = calls()->create_event_channel();
    return from_pointer(*channel);
}

void cverbs_destroy_event_channel(struct rdma_event_channel *channel) { calls()->destroy_event_channel(channel); }

int cverbs_event_channel_fd(struct rdma_event_channel *channel) { return channel->fd; }

int cverbs_take_cm_event(struct rdma_event_channel *channel, struct cverbs_cm_event *event) {
    struct rdma_cm_event *original;
    errno = 0;
    int result = from_minus_one(calls()->get_cm_event(channel, &original));
    if (result != 0) return result;
    memset(event, 0, sizeof *event);
    event->id = original->id;
    event->listen_id = original->listen_id;
    event->type = original->event;
    event->status = original->status;
    switch (original->event) {
    case RDMA_CM_EVENT_CONNECT_REQUEST:
    case RDMA_CM_EVENT_CONNECT_RESPONSE:
    case RDMA_CM_EVENT_ESTABLISHED:
    case RDMA_CM_EVENT_REJECTED: {
        const struct rdma_conn_param *parameters = &original->param.conn;
        size_t length = parameters->private_data != NULL ? parameters->private_data_len : 0;
        if (length > CVERBS_PRIVATE_DATA_MAX) length = CVERBS_PRIVATE_DATA_MAX;
        if (length > 0) memcpy(event->private_data, parameters->private_data, length);
        event->private_data_length = (uint16_t)length;
        event->responder_resources = parameters->responder_resources;
        event->initiator_depth = parameters->initiator_depth;
        break;
    }
    default:
        break;
    }
    // The event is copied, and an id that it brought must reach its owner: there is nothing to undo.
    calls()->ack_cm_event(original);
    return 0;
}

int cverbs_create_id(struct rdma_event_channel *channel, struct rdma_cm_id **id) {
    errno = 0;
    return from_minus_one(calls()->create_id(channel, id, NULL, RDMA_PS_TCP));
}

int cverbs_destroy_id(struct rdma_cm_id *id) {
    errno = 0;
    return from_minus_one(calls()->destroy_id(id));
}

int cverbs_migrate_id(struct rdma_cm_id *id, struct rdma_event_channel *channel) {
    errno = 0;
    return from_minus_one(calls()->migrate_id(id, channel));
}

int cverbs_bind_addr(struct rdma_cm_id *id, const void *address) {
    errno = 0;
    return from_minus_one(calls()->bind_addr(id, (struct sockaddr *)address));
}

int cverbs_listen(struct rdma_cm_id *id, int backlog) {
    errno = 0;
    return from_minus_one(calls()->listen(id, backlog));
}

int cverbs_resolve_addr(struct rdma_cm_id *id, const void *source, const void *destination, int timeout_ms) {
    errno = 0;
    return from_minus_one(
        calls()->resolve_addr(id, (struct sockaddr *)source, (struct sockaddr *)destination, timeout_ms));
}

int cverbs_resolve_route(struct rdma_cm_id *id, int timeout_ms) {
    errno = 0;
    return from_minus_one(calls()->resolve_route(id, timeout_ms));
}

int cverbs_set_ack_timeout(struct rdma_cm_id *id, uint8_t exponent) {
    errno = 0;
    return from_minus_one(
        calls()->set_option(id, RDMA_OPTION_ID, RDMA_OPTION_ID_ACK_TIMEOUT, &exponent, sizeof exponent));
}

int cverbs_set_type_of_service(struct rdma_cm_id *id, uint8_t value) {
    errno = 0;
    return from_minus_one(calls()->set_option(id, RDMA_OPTION_ID, RDMA_OPTION_ID_TOS, &value, sizeof value));
}

static struct rdma_conn_param connection_parameters(const struct cverbs_connect_options *options) {
    struct rdma_conn_param parameters;
    memset(&parameters, 0, sizeof parameters);
    parameters.private_data = options->private_data;
    parameters.private_data_len = options->private_data_length;
    parameters.responder_resources = options->responder_resources;
    parameters.initiator_depth = options->initiator_depth;
    parameters.retry_count = options->retry_count;
    parameters.rnr_retry_count = options->rnr_retry_count;
    return parameters;
}

int cverbs_connect(struct rdma_cm_id *id, const struct cverbs_connect_options *options) {
    struct rdma_conn_param parameters = connection_parameters(options);
    errno = 0;
    return from_minus_one(calls()->connect(id, &parameters));
}

int cverbs_accept(struct rdma_cm_id *id, const struct cverbs_connect_options *options) {
    struct rdma_conn_param parameters = connection_parameters(options);
    errno = 0;
    return from_minus_one(calls()->accept(id, &parameters));
}

int cverbs_reject(struct rdma_cm_id *id, const void *private_data, uint8_t length) {
    errno = 0;
    return from_minus_one(calls()->reject(id, private_data, length));
}

int cverbs_disconnect(struct rdma_cm_id *id) {
    errno = 0;
    return from_minus_one(calls()->disconnect(id));
}

struct ibv_context *cverbs_id_context(struct rdma_cm_id *id) { return id->verbs; }

uint8_t cverbs_id_port(struct rdma_cm_id *id) { return id->port_num; }

uint16_t cverbs_id_source_port(struct rdma_cm_id *id) { return ntohs(rdma_get_src_port(id)); }

bool cverbs_id_source_gid(struct rdma_cm_id *id, uint8_t gid[16]) {
    static const uint8_t zero[16];
    memcpy(gid, id->route.addr.addr.ibaddr.sgid.raw, 16);
    return id->verbs != NULL && memcmp(gid, zero, 16) != 0;
}

static size_t copy_address(const struct sockaddr *from, void *address, size_t capacity) {
    size_t length = from->sa_family == AF_INET    ? sizeof(struct sockaddr_in)
                    : from->sa_family == AF_INET6 ? sizeof(struct sockaddr_in6)
                                                  : 0;
    if (length > capacity) return 0;
    memcpy(address, from, length);
    return length;
}

size_t cverbs_id_peer_address(struct rdma_cm_id *id, void *address, size_t capacity) {
    return copy_address(rdma_get_peer_addr(id), address, capacity);
}

size_t cverbs_id_local_address(struct rdma_cm_id *id, void *address, size_t capacity) {
    return copy_address(rdma_get_local_addr(id), address, capacity);
}

const char *cverbs_cm_event_name(int type) { return rdma_event_str((enum rdma_cm_event_type)type); }

// What is asked of a queue pair of either type.
static struct ibv_qp_init_attr wanted(const struct cverbs_qp_options *options, enum ibv_qp_type type) {
    struct ibv_qp_init_attr attributes;
    memset(&attributes, 0, sizeof attributes);
    attributes.qp_context = (void *)options->subject;
    attributes.send_cq = options->send_cq;
    attributes.recv_cq = options->receive_cq;
    attributes.qp_type = type;
    attributes.cap.max_send_wr = options->send_depth;
    attributes.cap.max_recv_wr = options->receive_depth;
    attributes.cap.max_send_sge = 1;
    attributes.cap.max_recv_sge = 1;
    attributes.cap.max_inline_data = options->inline_bytes;
    return attributes;
}

int cverbs_create_qp(struct rdma_cm_id *id, struct cverbs_qp_options *options, struct ibv_qp **qp) {
    struct ibv_qp_init_attr attributes = wanted(options, IBV_QPT_RC);
    errno = 0;
    int result = from_minus_one(calls()->create_qp(id, options->pd, &attributes));
    if (result != 0) return result;
    options->inline_bytes = attributes.cap.max_inline_data;
    *qp = id->qp;
    return 0;
}

void cverbs_destroy_qp(struct rdma_cm_id *id) { calls()->destroy_qp(id); }

int cverbs_fail_qp(struct ibv_qp *qp) {
    struct ibv_qp_attr attributes;
    memset(&attributes, 0, sizeof attributes);
    attributes.qp_state = IBV_QPS_ERR;
    return from_errno_value(calls()->modify_qp(qp, &attributes, IBV_QP_STATE));
}

int cverbs_set_min_rnr_timer(struct ibv_qp *qp, uint8_t code) {
    struct ibv_qp_attr attributes;
    memset(&attributes, 0, sizeof attributes);
    attributes.min_rnr_timer = code;
    return from_errno_value(calls()->modify_qp(qp, &attributes, IBV_QP_MIN_RNR_TIMER));
}

int cverbs_query_traffic_class(struct ibv_qp *qp, uint8_t *value, bool *known) {
    struct ibv_qp_attr attributes;
    struct ibv_qp_init_attr initial;
    memset(&attributes, 0, sizeof attributes);
    memset(&initial, 0, sizeof initial);
    int result = from_errno_value(calls()->query_qp(qp, &attributes, IBV_QP_AV, &initial));
    *known = result == 0 && attributes.ah_attr.is_global != 0;
    *value = *known ? attributes.ah_attr.grh.traffic_class : 0;
    return result;
}

// MARK: Unreliable datagrams

int cverbs_create_datagram_qp(struct cverbs_qp_options *options, struct ibv_qp **qp) {
    struct ibv_qp_init_attr attributes = wanted(options, IBV_QPT_UD);
    errno = 0;
    *qp = calls()->create_datagram_qp(options->pd, &attributes);
    options->inline_bytes = attributes.cap.max_inline_data;
    return from_pointer(*qp);
}

int cverbs_destroy_datagram_qp(struct ibv_qp *qp) { return from_errno_value(calls()->destroy_datagram_qp(qp)); }

int cverbs_start_datagram_qp(struct ibv_qp *qp, uint8_t port, uint32_t qkey) {
    struct ibv_qp_attr attributes;
    memset(&attributes, 0, sizeof attributes);
    attributes.qp_state = IBV_QPS_INIT;
    attributes.pkey_index = 0;
    attributes.port_num = port;
    attributes.qkey = qkey;
    int result = from_errno_value(calls()->modify_qp(
        qp, &attributes, IBV_QP_STATE | IBV_QP_PKEY_INDEX | IBV_QP_PORT | IBV_QP_QKEY));
    if (result != 0) return result;
    attributes.qp_state = IBV_QPS_RTR;
    result = from_errno_value(calls()->modify_qp(qp, &attributes, IBV_QP_STATE));
    if (result != 0) return result;
    attributes.qp_state = IBV_QPS_RTS;
    attributes.sq_psn = 0;
    return from_errno_value(calls()->modify_qp(qp, &attributes, IBV_QP_STATE | IBV_QP_SQ_PSN));
}

uint32_t cverbs_qp_number(struct ibv_qp *qp) { return qp->qp_num; }

int cverbs_create_ah(struct ibv_pd *pd, const struct cverbs_datagram_address *address, struct ibv_ah **ah) {
    struct ibv_ah_attr attributes;
    memset(&attributes, 0, sizeof attributes);
    memcpy(attributes.grh.dgid.raw, address->gid, 16);
    attributes.grh.sgid_index = address->source_gid_index;
    // As far as a route may lead.
    attributes.grh.hop_limit = 64;
    attributes.grh.traffic_class = address->traffic_class;
    attributes.is_global = 1;
    attributes.dlid = address->lid;
    attributes.port_num = address->port;
    errno = 0;
    *ah = calls()->create_ah(pd, &attributes);
    return from_pointer(*ah);
}

int cverbs_destroy_ah(struct ibv_ah *ah) { return from_errno_value(calls()->destroy_ah(ah)); }
