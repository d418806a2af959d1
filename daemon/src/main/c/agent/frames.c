#include "frames.h"

#include <string.h>

uint64_t take_number(struct reader *reader, int bytes)
{
    uint64_t value = 0;
    if (reader->bad || reader->end - reader->at < bytes) {
        reader->bad = true;
        return 0;
    }
    for (int i = 0; i < bytes; i++)
        value = value << 8 | *reader->at++;
    return value;
}

char *take_string(struct reader *reader)
{
    const uint8_t *nul = reader->bad ? NULL : memchr(reader->at, 0, reader_left(reader));
    if (!nul) {
        reader->bad = true;
        return NULL;
    }
    char *string = (char *)reader->at;
    reader->at = nul + 1;
    return string;
}

size_t reader_left(const struct reader *reader)
{
    return (size_t)(reader->end - reader->at);
}

bool reader_done(const struct reader *reader)
{
    return !reader->bad && reader->at == reader->end;
}

uint8_t *put_number(uint8_t *at, int bytes, uint64_t value)
{
    for (int shift = (bytes - 1) * 8; shift >= 0; shift -= 8)
        *at++ = (uint8_t)(value >> shift);
    return at;
}

uint8_t *put_head(uint8_t *at, size_t length, uint32_t channel, enum frame_type type)
{
    at = put_number(at, 4, length);
    at = put_number(at, 4, channel);
    return put_number(at, 1, type);
}
