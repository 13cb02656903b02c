// Element-wise loops, compiled once a level. LEVEL(name) gives the level's own name.

#ifdef VECTOR_FUNCTIONS
#define UNARY_LOOP(function) LEVEL(vector_##function##_loop)(x, y, n); break;
#define GRADIENT_LOOP(function) LEVEL(vector_##function##_loop)(u, s, out, n); break;
#else
#define UNARY_LOOP(function) EACH(function##_f(v))
#define GRADIENT_LOOP(function) EACH(d * function##_f(v))
#endif

#define EACH(expression)                    \
  for (long i = 0; i < n; i++) {            \
    const float v = x[i];                   \
    y[i] = (expression);                    \
  }                                         \
  break;

static void LEVEL(unary)(int function, const float *x, float *y, long n, float alpha) {
  switch (function) {  // the order of UnaryFunction
    case 0: EACH(-v)
    case 1: EACH(fabsf(v))
    case 2: EACH(v > 0.0f ? 1.0f : (v < 0.0f ? -1.0f : v))
    case 3: EACH(1.0f / v)
    case 4: EACH(v * v)
    case 5: EACH(exp_f(v))
    case 6: EACH(log_f(v))
    case 7: EACH(__builtin_elementwise_sqrt(v))
    case 8: EACH(sinf(v))
    case 9: EACH(cosf(v))
    case 10: UNARY_LOOP(erf)
    case 11: EACH(tanh_f(v))
    case 12: EACH(sigmoid_f(v))
    case 13: EACH(v <= 0.0f ? 0.0f : v)
    case 14: EACH(v > 0.0f ? v : alpha * v)
    case 15: UNARY_LOOP(gelu)
    case 16: UNARY_LOOP(gelu_tanh)
    case 17: UNARY_LOOP(softplus)
    case 18: EACH(v + alpha)
    case 19: EACH(v * alpha)
    case 20: EACH(alpha - v)
    case 21: EACH(alpha / v)
    case 22:
      if (alpha == 2.0f) {
        EACH(v * v)
      }
      EACH(powf(v, alpha))
    case 23: EACH(v != v ? v : (v > alpha ? v : alpha))
    case 24: EACH(v != v ? v : (v < alpha ? v : alpha))
    default: __builtin_trap();
  }
}

#undef EACH
#define EACH(expression)                    \
  for (long i = 0; i < n; i++) {            \
    const float d = u[i], v = s[i];         \
    out[i] = (expression);                  \
  }                                         \
  break;

static void LEVEL(unary_gradient)(
    int function, const float *u, const float *s, float *out, long n, float alpha) {
  switch (function) {  // the order of UnaryGradient
    case 0: EACH(d * (1.0f - v * v))
    case 1: EACH(d * v * (1.0f - v))
    case 2: EACH(v > 0.0f ? d : 0.0f)
    case 3: EACH(v > 0.0f ? d : alpha * d)
    case 4: GRADIENT_LOOP(gelu_slope)
    case 5: GRADIENT_LOOP(gelu_tanh_slope)
    case 6: EACH(d * sigmoid_f(v))
    default: __builtin_trap();
  }
}

#undef EACH
#define LOOP(A, B, expression)              \
  for (long i = 0; i < n; i++) {            \
    const float v = A, w = B;               \
    y[i] = (expression);                    \
  }
#define EACH(expression)                                      \
  if (a_step && b_step) {                                     \
    LOOP(a[i], b[i], expression)                              \
  } else if (a_step) {                                        \
    const float constant = *b;                                \
    LOOP(a[i], constant, expression)                          \
  } else if (b_step) {                                        \
    const float constant = *a;                                \
    LOOP(constant, b[i], expression)                          \
  } else {                                                    \
    const float first = *a, second = *b;                      \
    LOOP(first, second, expression)                           \
  }                                                           \
  break;

static void LEVEL(binary)(
    int function, const float *a, long a_step, const float *b, long b_step, float *y, long n) {
  switch (function) {  // the order of BinaryFunction
    case 0: EACH(v + w)
    case 1: EACH(v - w)
    case 2: EACH(v * w)
    case 3: EACH(v / w)
    case 4: EACH(v != v ? v : (w != w ? w : (v > w ? v : w)))
    case 5: EACH(v != v ? v : (w != w ? w : (v < w ? v : w)))
    case 6: EACH(powf(v, w))
    case 7: EACH(v + w <= 0 ? 0 : v + w)  // a NaN stays one
    default: __builtin_trap();
  }
}

static void LEVEL(rectify)(float *y, long n) {
  for (long i = 0; i < n; i++) y[i] = y[i] <= 0 ? 0 : y[i];
}

static void LEVEL(relu_gradient)(const float *restrict u, float *restrict y, long n) {
  for (long i = 0; i < n; i++) y[i] = y[i] > 0 ? u[i] : 0;
}

static void LEVEL(add)(const float *restrict x, float *restrict y, long n) {
  for (long i = 0; i < n; i++) y[i] += x[i];
}

#undef EACH
#undef LOOP
#undef UNARY_LOOP
#undef GRADIENT_LOOP
