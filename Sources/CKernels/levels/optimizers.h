// Optimizer steps over a range of one parameter, for REAL float or double; compiled once a level.
//
// Each rule's loops are compiled twice, so that parameters without an L1 penalty and decoupled
// penalties do not pay for them.

#define RULE static inline __attribute__((always_inline)) void

/// A parameter's rate and penalties in its type.
typedef struct {
  REAL rate, l2, l1, decoupled_l2, decoupled_l1;
} OPTIMIZER(terms);

static inline OPTIMIZER(terms) OPTIMIZER(terms_of)(const gk_parameter *p, const gk_update *u) {
  return (OPTIMIZER(terms)){
      (REAL)(u->rate * p->rate_factor), (REAL)p->weight_decay, (REAL)p->l1, (REAL)p->decoupled_l2,
      (REAL)p->decoupled_l1};
}

/// The gradient of the loss and of the coupled penalties at w.
static inline __attribute__((always_inline)) REAL OPTIMIZER(gradient)(
    REAL g, REAL w, OPTIMIZER(terms) t, bool penalized) {
  const REAL d = g + t.l2 * w;
  return penalized ? d + t.l1 * (REAL)((w > 0) - (w < 0)) : d;
}

/// w less a step, with the decoupled penalties at this rate. What is not a number stays so.
static inline __attribute__((always_inline)) REAL OPTIMIZER(moved)(
    REAL w, REAL step, REAL rate, OPTIMIZER(terms) t, bool penalized) {
  if (!penalized) return w - step;
  const REAL x = w * (1 - rate * t.decoupled_l2) - step, threshold = rate * t.decoupled_l1;
  return (x < 0 ? -x : x) < threshold ? 0 : x > 0 ? x - threshold : x + threshold;
}

RULE OPTIMIZER(sgd)(
    const gk_parameter *p, long begin, long end, const gk_update *u, bool penalized) {
  REAL *restrict w = p->value, *restrict v = p->state[0];
  const REAL *restrict g = p->gradient;
  const OPTIMIZER(terms) t = OPTIMIZER(terms_of)(p, u);
  const REAL eta = t.rate, mu = (REAL)u->momentum, keep = (REAL)(1 - u->dampening);
  const REAL ahead = u->nesterov ? mu : 0;
  if (u->momentum == 0) {
    for (long i = begin; i < end; i++) {
      const REAL d = OPTIMIZER(gradient)(g[i], w[i], t, penalized);
      w[i] = OPTIMIZER(moved)(w[i], eta * d, eta, t, penalized);
    }
  } else if (u->course) {
    // Nesterov's gradient was taken at w + μv, and so is the penalties'.
    for (long i = begin; i < end; i++) {
      const REAL d = OPTIMIZER(gradient)(g[i], w[i] + ahead * v[i], t, penalized);
      v[i] = mu * v[i] - eta * d;
      w[i] = OPTIMIZER(moved)(w[i], -v[i], eta, t, penalized);
    }
  } else if (u->first) {
    for (long i = begin; i < end; i++) {
      const REAL d = OPTIMIZER(gradient)(g[i], w[i], t, penalized);
      v[i] = d;
      w[i] = OPTIMIZER(moved)(w[i], eta * (d + ahead * d), eta, t, penalized);
    }
  } else if (u->nesterov) {
    for (long i = begin; i < end; i++) {
      const REAL d = OPTIMIZER(gradient)(g[i], w[i], t, penalized);
      v[i] = mu * v[i] + keep * d;
      w[i] = OPTIMIZER(moved)(w[i], eta * (d + mu * v[i]), eta, t, penalized);
    }
  } else {
    for (long i = begin; i < end; i++) {
      v[i] = mu * v[i] + keep * OPTIMIZER(gradient)(g[i], w[i], t, penalized);
      w[i] = OPTIMIZER(moved)(w[i], eta * v[i], eta, t, penalized);
    }
  }
}

RULE OPTIMIZER(adam)(
    const gk_parameter *p, long begin, long end, const gk_update *u, bool penalized) {
  REAL *restrict w = p->value, *restrict m = p->state[0], *restrict v = p->state[1];
  REAL *restrict most = p->state[2];
  const REAL *restrict g = p->gradient;
  const OPTIMIZER(terms) t = OPTIMIZER(terms_of)(p, u);
  const double correction1 = 1 - pow(u->beta1, (double)u->step);
  const double correction2 = 1 - pow(u->beta2, (double)u->step);
  const REAL eta = (REAL)(u->rate * p->rate_factor / correction1);
  const REAL b1 = (REAL)u->beta1, b2 = (REAL)u->beta2;
  const REAL c1 = (REAL)(1 - u->beta1), c2 = (REAL)(1 - u->beta2);
  const REAL root = (REAL)(1 / ROOT(correction2)), eps = (REAL)u->epsilon;
  if (u->amsgrad) {
    for (long i = begin; i < end; i++) {
      const REAL d = OPTIMIZER(gradient)(g[i], w[i], t, penalized);
      m[i] = b1 * m[i] + c1 * d;
      v[i] = b2 * v[i] + c2 * d * d;
      most[i] = v[i] > most[i] ? v[i] : most[i];
      const REAL step = eta * m[i] / (SQUARE_ROOT(most[i]) * root + eps);
      w[i] = OPTIMIZER(moved)(w[i], step, t.rate, t, penalized);
    }
  } else {
    for (long i = begin; i < end; i++) {
      const REAL d = OPTIMIZER(gradient)(g[i], w[i], t, penalized);
      m[i] = b1 * m[i] + c1 * d;
      v[i] = b2 * v[i] + c2 * d * d;
      const REAL step = eta * m[i] / (SQUARE_ROOT(v[i]) * root + eps);
      w[i] = OPTIMIZER(moved)(w[i], step, t.rate, t, penalized);
    }
  }
}

RULE OPTIMIZER(adagrad)(
    const gk_parameter *p, long begin, long end, const gk_update *u, bool penalized) {
  REAL *restrict w = p->value, *restrict r = p->state[0];
  const REAL *restrict g = p->gradient;
  const OPTIMIZER(terms) t = OPTIMIZER(terms_of)(p, u);
  const REAL eta = t.rate, eps = (REAL)u->epsilon;
  for (long i = begin; i < end; i++) {
    const REAL d = OPTIMIZER(gradient)(g[i], w[i], t, penalized);
    r[i] += d * d;
    w[i] = OPTIMIZER(moved)(w[i], eta * d / (SQUARE_ROOT(r[i]) + eps), eta, t, penalized);
  }
}

/// The states that a variant has not are null.
static inline __attribute__((always_inline)) void OPTIMIZER(rmsprop_loop)(
    const gk_parameter *p, long begin, long end, const gk_update *u, bool penalized,
    REAL *restrict mean, REAL *restrict velocity) {
  REAL *restrict w = p->value, *restrict r = p->state[0];
  const REAL *restrict g = p->gradient;
  const OPTIMIZER(terms) t = OPTIMIZER(terms_of)(p, u);
  const REAL eta = t.rate, eps = (REAL)u->epsilon, mu = (REAL)u->momentum;
  const REAL rho = (REAL)u->decay, rest = (REAL)(1 - u->decay);
  for (long i = begin; i < end; i++) {
    const REAL d = OPTIMIZER(gradient)(g[i], w[i], t, penalized);
    r[i] = rho * r[i] + rest * d * d;
    REAL square = r[i];
    if (mean) {
      mean[i] = rho * mean[i] + rest * d;
      square -= mean[i] * mean[i];
      square = square < 0 ? 0 : square;  // by rounding
    }
    REAL step = d / (SQUARE_ROOT(square) + eps);
    if (velocity) step = velocity[i] = mu * velocity[i] + step;
    w[i] = OPTIMIZER(moved)(w[i], eta * step, eta, t, penalized);
  }
}

RULE OPTIMIZER(rmsprop)(
    const gk_parameter *p, long begin, long end, const gk_update *u, bool penalized) {
  REAL *first = p->state[1], *second = p->state[2];
  if (u->centered && u->momentum != 0)
    OPTIMIZER(rmsprop_loop)(p, begin, end, u, penalized, first, second);
  else if (u->centered)
    OPTIMIZER(rmsprop_loop)(p, begin, end, u, penalized, first, 0);
  else if (u->momentum != 0)
    OPTIMIZER(rmsprop_loop)(p, begin, end, u, penalized, 0, first);
  else
    OPTIMIZER(rmsprop_loop)(p, begin, end, u, penalized, 0, 0);
}

RULE OPTIMIZER(delta_bar_delta)(
    const gk_parameter *p, long begin, long end, const gk_update *u, bool penalized) {
  REAL *restrict w = p->value, *restrict rate = p->state[0], *restrict mean = p->state[1];
  const REAL *restrict g = p->gradient;
  const OPTIMIZER(terms) t = OPTIMIZER(terms_of)(p, u);
  const REAL increase = (REAL)u->increase, share = (REAL)(1 - u->decrease);
  const REAL theta = (REAL)u->decay, rest = (REAL)(1 - u->decay);
  for (long i = begin; i < end; i++) {
    const REAL d = OPTIMIZER(gradient)(g[i], w[i], t, penalized);
    const REAL sign = mean[i] * d;
    rate[i] = sign > 0 ? rate[i] + increase : sign < 0 ? rate[i] * share : rate[i];
    mean[i] = theta * mean[i] + rest * d;
    const REAL eta = t.rate * rate[i];
    w[i] = OPTIMIZER(moved)(w[i], eta * d, eta, t, penalized);
  }
}

RULE OPTIMIZER(any_rule)(
    const gk_parameter *p, long begin, long end, const gk_update *u, bool penalized) {
  switch (u->rule) {
  case GK_SGD: OPTIMIZER(sgd)(p, begin, end, u, penalized); break;
  case GK_ADAM: OPTIMIZER(adam)(p, begin, end, u, penalized); break;
  case GK_ADAGRAD: OPTIMIZER(adagrad)(p, begin, end, u, penalized); break;
  case GK_RMSPROP: OPTIMIZER(rmsprop)(p, begin, end, u, penalized); break;
  case GK_DELTA_BAR_DELTA: OPTIMIZER(delta_bar_delta)(p, begin, end, u, penalized); break;
  }
}

static void OPTIMIZER(update)(const gk_parameter *p, long begin, long end, const gk_update *u) {
  if (p->l1 != 0 || p->decoupled_l2 != 0 || p->decoupled_l1 != 0)
    OPTIMIZER(any_rule)(p, begin, end, u, true);
  else
    OPTIMIZER(any_rule)(p, begin, end, u, false);
}

#undef RULE
