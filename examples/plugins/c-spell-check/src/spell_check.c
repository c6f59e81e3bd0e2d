/* Prints the words of a text that no dictionary knows. Besides its own list it reads the user's personal one. */
#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define LONGEST 32

static const char *const KNOWN[] = {"a",    "and",  "dark", "fell", "in",    "is",     "it",
                                    "of",   "rain", "sea",  "the",  "night", "stormy", "was"};
static char personal[256][LONGEST];
static uint32_t personal_count;

/* The user's own words, one a line. This is where the plugin reaches for a file. */
static void load_personal_words(void) {
    FILE *file = fopen("/home/.dictionary", "r");
    if (file == NULL) return;
    while (personal_count < 256 && fgets(personal[personal_count], LONGEST, file) != NULL) {
        personal[personal_count][strcspn(personal[personal_count], "\r\n")] = '\0';
        personal_count++;
    }
    fclose(file);
}

static int is_known(const char *word) {
    for (size_t i = 0; i < sizeof KNOWN / sizeof *KNOWN; i++)
        if (strcmp(KNOWN[i], word) == 0) return 1;
    for (uint32_t i = 0; i < personal_count; i++)
        if (strcmp(personal[i], word) == 0) return 1;
    return 0;
}

/* Prints each unknown word once on its own line and returns how many there were. */
uint32_t check(const char *text, uint32_t length) {
    char word[LONGEST];
    uint32_t used = 0, unknown = 0;
    load_personal_words();
    for (uint32_t i = 0; i <= length; i++) {
        int letter = i < length && isalpha((unsigned char)text[i]);
        if (letter && used < LONGEST - 1) word[used++] = (char)tolower((unsigned char)text[i]);
        if (letter || used == 0) continue;
        word[used] = '\0';
        used = 0;
        if (!is_known(word)) {
            puts(word);
            unknown++;
        }
    }
    fflush(stdout);
    return unknown;
}
