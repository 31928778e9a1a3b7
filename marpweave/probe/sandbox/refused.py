"""A seccomp filter that rejects system calls decks do not need, to reduce the attack surface."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

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

REFUSE, DONE = 0x00050000 | 1, 0x00050000
"""The call fails with EPERM; the call does nothing and returns 0."""
NO_SOCKETS = 0x00050000 | 95
"""The call fails with EOPNOTSUPP, on which ZeroMQ does not abort."""
AND, ANY = 0x54, 0x45
FIRST, SECOND = 16, 24
"""Offsets of a call's arguments in the filter's input."""
NEW_USER = 0x10000000
TYPE_KEYS = 0x5412
"""TIOCSTI: inserts input into the terminal."""
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
    "shmget": (29, 194), "semget": (64, 190), "msgget": (68, 186), "mq_open": (240, 180)}
"""Name -> number on x86-64 and arm64. The last four allocate memory that no limit counts."""
UNGUARDED: Mapping[str, tuple[int, int]] = {
    "connect": (42, 203), "bind": (49, 200),
    "setxattr": (188, 5), "lsetxattr": (189, 6), "fsetxattr": (190, 7), "setxattrat": (463, 463),
    "removexattr": (197, 14), "lremovexattr": (198, 15), "fremovexattr": (199, 16), "removexattrat": (466, 466)}
"""Calls not restricted by Landlock: access to other programs, and to extended attributes of all files."""
IGNORED: Mapping[str, tuple[int | None, int | None]] = {
    "chmod": (90, None), "fchmod": (91, 52), "fchmodat": (268, 53), "fchmodat2": (452, 452),
    "chown": (92, None), "fchown": (93, 55), "lchown": (94, None), "fchownat": (260, 54),
    "utime": (132, None), "utimes": (235, None), "futimesat": (261, None), "utimensat": (280, 88),
    "sched_setaffinity": (203, 122), "sched_setscheduler": (144, 119), "sched_setparam": (142, 118),
    "sched_setattr": (314, 274), "setpriority": (141, 140), "ioprio_set": (251, 30)}
"""Calls not restricted by Landlock: modes, owners and times of all files, priorities of all processes. They do nothing
and report success, because programs that copy files make them, as does ZeroMQ."""
MYSELF = 0
"""Stands for the calling process."""
CLONE, CLONE3, IOCTL, SOCKET, SOCKETPAIR, LIMIT = (56, 220), (435, 435), (16, 29), (41, 198), (53, 199), (302, 261)


def refuse(here: Machine, *, shared: bool) -> None:
    """Apply the filter to this process and its children; ``shared``: also reject calls not restricted by Landlock."""
    if load(here, program(here, shared=shared)) < 0:
        raise OSError("the system allows no seccomp filter")


def program(here: Machine, *, shared: bool) -> bytes:
    """The filter; see `refuse`."""
    column = here.column
    no, done, yes, missing = (op(RETURN, answer) for answer in (REFUSE, DONE, ALLOW, NO_SUCH_CALL))
    lines = [op(LOAD, MACHINE_AT), op(EQUAL, here.audit, 1, 0), missing, op(LOAD, CALL_AT),
             op(AT_LEAST, FOREIGN_NUMBERS, 0, 1), missing]
    lines += [op(EQUAL, CLONE3[column], 0, 1), missing]  # libraries fall back to clone, whose flags the filter can read
    lines += _answered([numbers[column] for numbers in REFUSED.values()], no)
    lines += _with_argument(CLONE[column], FIRST, [op(ANY, NEW_USER, 0, 1), no])
    lines += _with_argument(IOCTL[column], SECOND, [op(EQUAL, TYPE_KEYS, 0, 1), no])
    if shared:
        lines += _answered([numbers[column] for numbers in UNGUARDED.values()], no)
        lines += _answered([numbers[column] for numbers in IGNORED.values()], done)
        lines += _with_argument(LIMIT[column], FIRST, [op(EQUAL, MYSELF, 1, 0), no])
        # a pair of datagram sockets can send to any other; asyncio needs a pair of streams
        lines += [op(EQUAL, SOCKET[column], 0, 1), op(RETURN, NO_SOCKETS)]
        lines += _with_argument(SOCKETPAIR[column], SECOND, [op(AND, KIND), op(EQUAL, DATAGRAM, 0, 1), no])
    return b"".join([*lines, yes])


def _answered(numbers: Iterable[int | None], answer: bytes) -> list[bytes]:
    """Instructions that answer some calls."""
    return [line for number in numbers if number is not None for line in (op(EQUAL, number, 0, 1), answer)]


def _with_argument(number: int, offset: int, lines: list[bytes]) -> list[bytes]:
    """Instructions that check an argument of one call, and otherwise allow it."""
    return [op(EQUAL, number, 0, len(lines) + 2), op(LOAD, offset), *lines, op(RETURN, ALLOW)]
