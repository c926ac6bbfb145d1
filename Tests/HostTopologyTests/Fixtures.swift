/// Made-up hosts as text archives: after each line `== PATH` the lines of that file, as `grep . -r /sys/class/infiniband` shows
/// them on the real ones.
enum Fixtures {
    /// A ConnectX-like adapter with two ports: RoCE v1 and v2 on the first, the second down.
    static let mlx5RoCE = """
        == sys/class/infiniband/mlx5_0/node_type
        1: CA
        == sys/class/infiniband/mlx5_0/fw_ver
        16.35.2000
        == sys/class/infiniband/mlx5_0/device/numa_node
        1
        == sys/class/infiniband/mlx5_0/ports/1/state
        4: ACTIVE
        == sys/class/infiniband/mlx5_0/ports/1/link_layer
        Ethernet
        == sys/class/infiniband/mlx5_0/ports/1/gids/0
        fe80:0000:0000:0000:0e42:a1ff:fe2b:3c4d
        == sys/class/infiniband/mlx5_0/ports/1/gids/1
        fe80:0000:0000:0000:0e42:a1ff:fe2b:3c4d
        == sys/class/infiniband/mlx5_0/ports/1/gids/2
        0000:0000:0000:0000:0000:ffff:0a00:0001
        == sys/class/infiniband/mlx5_0/ports/1/gids/3
        0000:0000:0000:0000:0000:ffff:0a00:0001
        == sys/class/infiniband/mlx5_0/ports/1/gids/4
        0000:0000:0000:0000:0000:ffff:c0a8:0001
        == sys/class/infiniband/mlx5_0/ports/1/gids/10
        0000:0000:0000:0000:0000:0000:0000:0000
        == sys/class/infiniband/mlx5_0/ports/1/gid_attrs/types/0
        IB/RoCE v1
        == sys/class/infiniband/mlx5_0/ports/1/gid_attrs/types/1
        RoCE v2
        == sys/class/infiniband/mlx5_0/ports/1/gid_attrs/types/2
        IB/RoCE v1
        == sys/class/infiniband/mlx5_0/ports/1/gid_attrs/types/3
        RoCE v2
        == sys/class/infiniband/mlx5_0/ports/1/gid_attrs/types/4
        IB/RoCE v1
        == sys/class/infiniband/mlx5_0/ports/1/gid_attrs/ndevs/0
        ens1f0np0
        == sys/class/infiniband/mlx5_0/ports/1/gid_attrs/ndevs/1
        ens1f0np0
        == sys/class/infiniband/mlx5_0/ports/1/gid_attrs/ndevs/2
        ens1f0np0
        == sys/class/infiniband/mlx5_0/ports/1/gid_attrs/ndevs/3
        ens1f0np0
        == sys/class/infiniband/mlx5_0/ports/1/gid_attrs/ndevs/4
        vlan711
        == sys/class/infiniband/mlx5_0/ports/2/state
        1: DOWN
        == sys/class/infiniband/mlx5_0/ports/2/link_layer
        Ethernet
        == sys/class/infiniband/mlx5_0/ports/2/gids/0
        0000:0000:0000:0000:0000:0000:0000:0000

        """

    /// Devices of four kinds beside each other: iWARP hardware, software iWARP (its GID type says RoCE v1), software RoCE, InfiniBand.
    static let severalKinds = """
        == sys/class/infiniband/irdma0/node_type
        4: RNIC
        == sys/class/infiniband/irdma0/fw_ver
        1.59
        == sys/class/infiniband/irdma0/device/numa_node
        0
        == sys/class/infiniband/irdma0/ports/1/state
        4: ACTIVE
        == sys/class/infiniband/irdma0/ports/1/link_layer
        Ethernet
        == sys/class/infiniband/irdma0/ports/1/gids/0
        b496:9155:aa10:0000:0000:0000:0000:0000
        == sys/class/infiniband/siw0/node_type
        4: RNIC
        == sys/class/infiniband/siw0/fw_ver

        == sys/class/infiniband/siw0/ports/1/state
        4: ACTIVE
        == sys/class/infiniband/siw0/ports/1/link_layer
        Ethernet
        == sys/class/infiniband/siw0/ports/1/gids/0
        5254:0012:3456:0000:0000:0000:0000:0000
        == sys/class/infiniband/siw0/ports/1/gid_attrs/types/0
        IB/RoCE v1
        == sys/class/infiniband/rxe0/node_type
        1: CA
        == sys/class/infiniband/rxe0/parent
        eth0
        == sys/class/infiniband/rxe0/ports/1/state
        4: ACTIVE
        == sys/class/infiniband/rxe0/ports/1/link_layer
        Ethernet
        == sys/class/infiniband/rxe0/ports/1/gids/0
        fe80:0000:0000:0000:5054:00ff:fe12:3456
        == sys/class/infiniband/rxe0/ports/1/gids/1
        0000:0000:0000:0000:0000:ffff:0a00:0001
        == sys/class/infiniband/rxe0/ports/1/gid_attrs/types/0
        RoCE v2
        == sys/class/infiniband/rxe0/ports/1/gid_attrs/types/1
        RoCE v2
        == sys/class/infiniband/rxe0/ports/1/gid_attrs/ndevs/0
        eth0
        == sys/class/infiniband/rxe0/ports/1/gid_attrs/ndevs/1
        eth0
        == sys/class/infiniband/ibp1s0/node_type
        1: CA
        == sys/class/infiniband/ibp1s0/fw_ver
        20.31.1014
        == sys/class/infiniband/ibp1s0/device/numa_node
        -1
        == sys/class/infiniband/ibp1s0/ports/1/state
        2: INIT
        == sys/class/infiniband/ibp1s0/ports/1/link_layer
        InfiniBand
        == sys/class/infiniband/ibp1s0/ports/1/gids/0
        fe80:0000:0000:0000:0002:c903:00f9:bfa1

        """
}
