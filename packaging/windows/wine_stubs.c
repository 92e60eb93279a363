/* What Wine 8 lacks of Windows 10, for the check alone: Qt asks ICU only for encodings that nobody uses here, and
   Rust asks for random bytes. Built twice, with ICU or RANDOM defined. */
#define EXPORT __declspec(dllexport)
#ifdef ICU
#define NOTHING(name) EXPORT void *name(void) { return 0; }
EXPORT void *ucnv_open(const char *name, int *error) {
    (void)name;
    if (error) *error = 4; /* U_FILE_ACCESS_ERROR */
    return 0;
}
NOTHING(ucnv_close) NOTHING(UCNV_FROM_U_CALLBACK_SUBSTITUTE) NOTHING(UCNV_TO_U_CALLBACK_SUBSTITUTE)
NOTHING(ucnv_reset) NOTHING(ucnv_getMaxCharSize) NOTHING(ucnv_getName) NOTHING(ucnv_getToUCallBack)
NOTHING(ucnv_getFromUCallBack) NOTHING(ucnv_setToUCallBack) NOTHING(ucnv_setFromUCallBack)
NOTHING(ucnv_cbToUWriteUChars) NOTHING(ucnv_cbFromUWriteUChars) NOTHING(ucnv_toUnicode) NOTHING(ucnv_fromUnicode)
NOTHING(ucnv_toUCountPending) NOTHING(ucnv_fromUCountPending) NOTHING(ucnv_getStandardName)
NOTHING(ucnv_getAvailableName) NOTHING(ucnv_countAvailable)
#endif
#ifdef RANDOM
__declspec(dllimport) unsigned char __stdcall SystemFunction036(void *buffer, unsigned long length); /* RtlGenRandom */
EXPORT int __stdcall ProcessPrng(unsigned char *buffer, unsigned long long length) {
    return SystemFunction036(buffer, (unsigned long)length);
}
#endif
