"""Guests that stand in for hosts with RDMA NICs. Docs/Lab.md is the manual."""
