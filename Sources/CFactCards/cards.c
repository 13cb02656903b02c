// The course's fact cards. `#embed` takes a millisecond where an array of numbers in Swift takes
// minutes to compile, and the build sees when a file has changed.

#include "CFactCards.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char lecture1[] = {
#embed "../../Course/Facts/L01.yaml"
};
static const unsigned char lecture2[] = {
#embed "../../Course/Facts/L02.yaml"
};
static const unsigned char lecture3[] = {
#embed "../../Course/Facts/L03.yaml"
};
static const unsigned char lecture4[] = {
#embed "../../Course/Facts/L04.yaml"
};
static const unsigned char lecture5[] = {
#embed "../../Course/Facts/L05.yaml"
};
static const unsigned char lecture6[] = {
#embed "../../Course/Facts/L06.yaml"
};
static const unsigned char lecture7[] = {
#embed "../../Course/Facts/L07.yaml"
};
static const unsigned char lecture8[] = {
#embed "../../Course/Facts/L08.yaml"
};
static const unsigned char lecture9[] = {
#embed "../../Course/Facts/L09.yaml"
};
static const unsigned char lecture10[] = {
#embed "../../Course/Facts/L10.yaml"
};
static const unsigned char lecture11[] = {
#embed "../../Course/Facts/L11.yaml"
};
static const unsigned char lecture12[] = {
#embed "../../Course/Facts/L12.yaml"
};
static const unsigned char lecture13[] = {
#embed "../../Course/Facts/L13.yaml"
};
static const unsigned char lecture14[] = {
#embed "../../Course/Facts/L14.yaml"
};

static const struct {
  const unsigned char *bytes;
  long size;
} lectures[] = {
  {lecture1, sizeof lecture1},
  {lecture2, sizeof lecture2},
  {lecture3, sizeof lecture3},
  {lecture4, sizeof lecture4},
  {lecture5, sizeof lecture5},
  {lecture6, sizeof lecture6},
  {lecture7, sizeof lecture7},
  {lecture8, sizeof lecture8},
  {lecture9, sizeof lecture9},
  {lecture10, sizeof lecture10},
  {lecture11, sizeof lecture11},
  {lecture12, sizeof lecture12},
  {lecture13, sizeof lecture13},
  {lecture14, sizeof lecture14},
};

long gradus_fact_lectures(void) { return sizeof lectures / sizeof lectures[0]; }
const unsigned char *gradus_fact_cards(long lecture) { return lectures[lecture - 1].bytes; }
long gradus_fact_cards_size(long lecture) { return lectures[lecture - 1].size; }
