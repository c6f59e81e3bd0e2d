/* Counts what a writer asks for: lines, words, sentences, and the minutes it takes to read them. */
#include <ctype.h>
#include <stdint.h>
#include <stdio.h>

#define WORDS_PER_MINUTE 238

struct totals {
    uint32_t lines, words, sentences, letters;
};

/* A byte of a UTF-8 sequence above ASCII counts as a letter, so that accents do not split a word. */
static int is_word_byte(unsigned char byte) {
    return isalnum(byte) || byte == '\'' || byte >= 0x80;
}

static int starts_character(unsigned char byte) {
    return (byte & 0xC0) != 0x80;
}

static struct totals measure(const unsigned char *text, uint32_t length) {
    struct totals sum = {0};
    int in_word = 0, in_sentence = 0;
    for (uint32_t i = 0; i < length; i++) {
        unsigned char byte = text[i];
        if (is_word_byte(byte)) {
            if (!in_word) sum.words++;
            in_word = in_sentence = 1;
            if (starts_character(byte)) sum.letters++;
            continue;
        }
        in_word = 0;
        if (byte == '\n') sum.lines++;
        if (in_sentence && (byte == '.' || byte == '!' || byte == '?')) {
            sum.sentences++;
            in_sentence = 0;
        }
    }
    if (length > 0 && text[length - 1] != '\n') sum.lines++;
    if (in_sentence) sum.sentences++;
    return sum;
}

/* The number of words, for callers that want only that. */
uint32_t count(const unsigned char *text, uint32_t length) {
    return measure(text, length).words;
}

/* Prints a line for people and returns the number of words. */
uint32_t report(const unsigned char *text, uint32_t length) {
    struct totals sum = measure(text, length);
    uint32_t minutes = (sum.words + WORDS_PER_MINUTE - 1) / WORDS_PER_MINUTE;
    printf("words %u, sentences %u, lines %u, letters %u, reading time %u min\n", sum.words, sum.sentences, sum.lines,
           sum.letters, minutes);
    fflush(stdout);
    return sum.words;
}
