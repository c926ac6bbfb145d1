"""The wire between guests: an Ethernet switch over datagram sockets, one frame a datagram, run as a process of its own.

It learns addresses, floods what it does not know, and drops what a port does not take, as a switch does: a frozen guest
must not stop the others. Usage: switch.py FD…
"""

import collections
import select
import signal
import socket
import sys

QUEUE_FRAMES = 512  # a port's buffer beyond what the socket itself holds
TABLE_LIMIT = 1024
BATCH = 32


def serve(descriptors):
    ports = [socket.socket(fileno=fd) for fd in descriptors]
    for port in ports:
        port.setblocking(False)
    queues = [collections.deque() for _ in ports]
    table = {}
    poll = select.epoll()
    numbers = {}
    for number, port in enumerate(ports):
        numbers[port.fileno()] = number
        poll.register(port, select.EPOLLIN)
    everyone = list(range(len(ports)))

    def forward(number, frame):
        queue = queues[number]
        if not queue:
            try:
                ports[number].send(frame)
                return
            except BlockingIOError:
                poll.modify(ports[number], select.EPOLLIN | select.EPOLLOUT)
            except OSError:
                return  # the guest is gone
        if len(queue) < QUEUE_FRAMES:
            queue.append(frame)

    while True:
        for fd, events in poll.poll():
            number = numbers[fd]
            port = ports[number]
            if events & select.EPOLLOUT:
                queue = queues[number]
                try:
                    while queue:
                        port.send(queue[0])
                        queue.popleft()
                except BlockingIOError:
                    pass
                except OSError:
                    queue.clear()
                if not queue:
                    poll.modify(port, select.EPOLLIN)
            if events & select.EPOLLIN:
                for _ in range(BATCH):
                    try:
                        frame = port.recv(131072)
                    except BlockingIOError:
                        break
                    except OSError:
                        frame = b""
                    if not frame:
                        break
                    source = frame[6:12]
                    if table.get(source) != number and len(table) < TABLE_LIMIT:
                        table[source] = number
                    target = None if frame[0] & 1 else table.get(frame[:6])
                    if target is None:
                        for other in everyone:
                            if other != number:
                                forward(other, frame)
                    elif target != number:
                        forward(target, frame)
            elif events & (select.EPOLLHUP | select.EPOLLERR):
                poll.unregister(port)
                del numbers[fd]
                if not numbers:
                    return


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    serve([int(fd) for fd in sys.argv[1:]])
