"""Who is at the other end of a named pipe of Windows."""

import sys

if sys.platform == "win32":
    import ctypes
    from ctypes import POINTER, byref, c_int, c_void_p, create_string_buffer
    from ctypes.wintypes import BOOL, DWORD, HANDLE

    _KERNEL_OBJECT = 6  # SE_OBJECT_TYPE
    _OWNER = 1  # SECURITY_INFORMATION
    _ADMINISTRATORS = 26  # WELL_KNOWN_SID_TYPE
    _QUERY = 8  # access to a token
    _USER = 1  # TOKEN_INFORMATION_CLASS

    _security = ctypes.WinDLL("advapi32", use_last_error=True)
    _kernel = ctypes.WinDLL("kernel32", use_last_error=True)
    _windows = ctypes.WinDLL("user32", use_last_error=True)
    _kernel.GetCurrentProcess.restype = HANDLE
    _kernel.GetNamedPipeServerProcessId.argtypes = [HANDLE, POINTER(DWORD)]
    _kernel.GetNamedPipeServerProcessId.restype = BOOL
    _windows.AllowSetForegroundWindow.argtypes = [DWORD]
    _kernel.CloseHandle.argtypes = [HANDLE]
    _kernel.LocalFree.argtypes = [c_void_p]
    _kernel.LocalFree.restype = c_void_p
    _security.OpenProcessToken.argtypes = [HANDLE, DWORD, POINTER(HANDLE)]
    _security.OpenProcessToken.restype = BOOL
    _security.GetTokenInformation.argtypes = [HANDLE, c_int, c_void_p, DWORD, POINTER(DWORD)]
    _security.GetTokenInformation.restype = BOOL
    _places = [POINTER(c_void_p)] * 5
    _security.GetSecurityInfo.argtypes = [HANDLE, c_int, DWORD, *_places]
    _security.GetSecurityInfo.restype = DWORD
    _security.EqualSid.argtypes = [c_void_p, c_void_p]
    _security.EqualSid.restype = BOOL
    _security.IsWellKnownSid.argtypes = [c_void_p, c_int]
    _security.IsWellKnownSid.restype = BOOL

    def is_pipe_ours(handle: int) -> bool:
        """Whether this user owns a pipe, or administrators do, as whom the user's own programs can run.

        Nobody can make a pipe that others own. Raises OSError where the owner cannot be found out.
        """
        owner, descriptor = c_void_p(), c_void_p()
        failed = _security.GetSecurityInfo(
            handle, _KERNEL_OBJECT, _OWNER, byref(owner), None, None, None, byref(descriptor)
        )
        if failed:
            raise ctypes.WinError(failed)
        try:
            if _security.IsWellKnownSid(owner, _ADMINISTRATORS):
                return True
            user = _user()
            return bool(_security.EqualSid(owner, c_void_p.from_buffer(user)))
        finally:
            _kernel.LocalFree(descriptor)

    def let_server_come_to_front(handle: int) -> None:
        """Let who has made a pipe show a window above all others, as we may who were just started.

        Source: Windows documentation, "AllowSetForegroundWindow".
        """
        process = DWORD()
        if _kernel.GetNamedPipeServerProcessId(handle, byref(process)):
            _windows.AllowSetForegroundWindow(process)

    def _user() -> "ctypes.Array[ctypes.c_char]":
        """Return the TOKEN_USER of this process: it holds the user's SID and begins with its address."""
        token, needed = HANDLE(), DWORD()
        if not _security.OpenProcessToken(_kernel.GetCurrentProcess(), _QUERY, byref(token)):
            raise ctypes.WinError(ctypes.get_last_error())
        try:
            _security.GetTokenInformation(token, _USER, None, 0, byref(needed))
            user = create_string_buffer(needed.value)
            if not _security.GetTokenInformation(token, _USER, user, needed, byref(needed)):
                raise ctypes.WinError(ctypes.get_last_error())
        finally:
            _kernel.CloseHandle(token)
        return user
