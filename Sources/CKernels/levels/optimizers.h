// Optimizer steps over a range of one parameter, for REAL float or double; compiled once a level.

static void OPTIMIZER(sgd)(
    const gk_parameter *p, long begin, long end, double rate, double momentum, double dampening,
    bool nesterov, bool first) {
  REAL *restrict w = p->value, *restrict v = p->state[0];
  const REAL *restrict g = p->gradient;
  const REAL eta = (REAL)(rate * p->rate_factor), decay = (REAL)p->weight_decay;
  const REAL mu = (REAL)momentum, keep = (REAL)(1 - dampening);
  if (momentum == 0) {
    for (long i = begin; i < end; i++) w[i] -= eta * (g[i] + decay * w[i]);
  } else if (first) {
    for (long i = begin; i < end; i++) {
      const REAL d = g[i] + decay * w[i];
      v[i] = d;
      w[i] -= eta * (nesterov ? d + mu * d : d);
    }
  } else if (nesterov) {
    for (long i = begin; i < end; i++) {
      const REAL d = g[i] + decay * w[i];
      v[i] = mu * v[i] + keep * d;
      w[i] -= eta * (d + mu * v[i]);
    }
  } else {
    for (long i = begin; i < end; i++) {
      v[i] = mu * v[i] + keep * (g[i] + decay * w[i]);
      w[i] -= eta * v[i];
    }
  }
}

static void OPTIMIZER(adam)(
    const gk_parameter *p, long begin, long end, double rate, double beta1, double beta2,
    double epsilon, double correction1, double correction2) {
  REAL *restrict w = p->value, *restrict m = p->state[0], *restrict v = p->state[1];
  const REAL *restrict g = p->gradient;
  const REAL eta = (REAL)(rate * p->rate_factor / correction1), decay = (REAL)p->weight_decay;
  const REAL b1 = (REAL)beta1, b2 = (REAL)beta2, c1 = (REAL)(1 - beta1), c2 = (REAL)(1 - beta2);
  const REAL root = (REAL)(1 / ROOT(correction2)), eps = (REAL)epsilon;
  for (long i = begin; i < end; i++) {
    const REAL d = g[i] + decay * w[i];
    m[i] = b1 * m[i] + c1 * d;
    v[i] = b2 * v[i] + c2 * d * d;
    w[i] -= eta * m[i] / (SQUARE_ROOT(v[i]) * root + eps);
  }
}
