"""System calls that a deck has no use for, refused by a seccomp filter: less of the system can be attacked."""

from __future__ import annotations

from collections.abc import Mapping

from marpweave.probe.witness.syscalls import (
    ALLOW,
    AT_LEAST,
    CALL_AT,
    EQUAL,
    FOREIGN_NUMBERS,
    LOAD,
    MACHINE_AT,
    NO_SUCH_CALL,
    RETURN,
    Machine,
    load,
    op,
)

REFUSE = 0x00050000 | 1
"""The call fails with EPERM."""
NO_SOCKETS = 0x00050000 | 95
"""It fails with EOPNOTSUPP, at which ZeroMQ does not abort."""
AND, ANY = 0x54, 0x45
FIRST, SECOND = 16, 24
"""Offsets of a call's arguments in what the filter sees."""
NEW_USER = 0x10000000
TYPE_KEYS = 0x5412
"""TIOCSTI: types on the terminal in the user's place."""
LOCAL, DATAGRAM, KIND = 1, 2, 0xF
REFUSED: Mapping[str, tuple[int, int]] = {
    "ptrace": (101, 117), "process_vm_writev": (311, 271), "pidfd_getfd": (438, 438), "kcmp": (312, 272),
    "bpf": (321, 280), "perf_event_open": (298, 241), "userfaultfd": (323, 282), "fanotify_init": (300, 262),
    "io_uring_setup": (425, 425), "io_uring_enter": (426, 426), "io_uring_register": (427, 427),
    "add_key": (248, 217), "request_key": (249, 218), "keyctl": (250, 219),
    "unshare": (272, 97), "setns": (308, 268), "chroot": (161, 51), "pivot_root": (155, 41),
    "mount": (165, 40), "umount2": (166, 39), "open_tree": (428, 428), "move_mount": (429, 429),
    "fsopen": (430, 430), "fsconfig": (431, 431), "fsmount": (432, 432), "fspick": (433, 433),
    "mount_setattr": (442, 442), "open_tree_attr": (467, 467), "open_by_handle_at": (304, 265),
    "kexec_load": (246, 104), "kexec_file_load": (320, 294), "init_module": (175, 105), "finit_module": (313, 273),
    "delete_module": (176, 106), "syslog": (103, 116), "acct": (163, 89), "swapon": (167, 224), "swapoff": (168, 225),
    "quotactl": (179, 60), "quotactl_fd": (443, 443),
    "shmget": (29, 194), "semget": (64, 190), "msgget": (68, 186)}
"""Name -> its number on x86-64 and on arm64. The last three hold memory that no limit counts."""
CLONE, CLONE3, IOCTL = (56, 220), (435, 435), (16, 29)
SOCKET, SOCKETPAIR, CONNECT, BIND = (41, 198), (53, 199), (42, 203), (49, 200)


def refuse(here: Machine, *, sockets: bool) -> None:
    """Refuse these calls to this process and all its children; ``sockets``: those that reach other programs, too."""
    if load(here, program(here, sockets=sockets)) < 0:
        raise OSError("the system allows no seccomp filter")


def program(here: Machine, *, sockets: bool) -> bytes:
    """The filter; see `refuse`."""
    column = here.column
    no, yes, missing = op(RETURN, REFUSE), op(RETURN, ALLOW), op(RETURN, NO_SUCH_CALL)
    lines = [op(LOAD, MACHINE_AT), op(EQUAL, here.audit, 1, 0), missing, op(LOAD, CALL_AT),
             op(AT_LEAST, FOREIGN_NUMBERS, 0, 1), missing]
    lines += [op(EQUAL, CLONE3[column], 0, 1), missing]  # clone, which takes its place, has flags that we can read
    numbers = [*REFUSED.values(), *([CONNECT, BIND] if sockets else [])]
    for number in numbers:
        lines += [op(EQUAL, number[column], 0, 1), no]
    lines += _with_argument(CLONE[column], FIRST, [op(ANY, NEW_USER, 0, 1), no])
    lines += _with_argument(IOCTL[column], SECOND, [op(EQUAL, TYPE_KEYS, 0, 1), no])
    if sockets:
        # a pair of datagram sockets can send to any other; the kernel's own loop needs a pair of streams
        lines += [op(EQUAL, SOCKET[column], 0, 1), op(RETURN, NO_SOCKETS)]
        lines += _with_argument(SOCKETPAIR[column], SECOND, [op(AND, KIND), op(EQUAL, DATAGRAM, 0, 1), no])
    return b"".join([*lines, yes])


def _with_argument(number: int, offset: int, lines: list[bytes]) -> list[bytes]:
    """Lines that look at an argument of one call, and else allow it."""
    return [op(EQUAL, number, 0, len(lines) + 2), op(LOAD, offset), *lines, op(RETURN, ALLOW)]
