# Prints the tables of Sources/CKernels/levels/pieces.h (needs numpy and mpmath): for each function
# 16 pieces of degree 6. Least squares at Chebyshev nodes of each piece, coefficients rounded to
# float32 one after another from the lowest, the rest fitted again. A piece's knot is a float near
# its middle where the function is all but a float itself, so that the leading coefficient is exact.
# Last come the coefficients of the power of two in tables.h.
import numpy as np
from mpmath import mp, mpf, erfc, exp, sqrt, pi, log, log1p, tanh, erf

mp.dps = 40
DEGREE = 6

# The exponentials that the kernels multiply by have these constants rounded to float32; what they
# miss is smooth and part of the fits.
HALF = mpf(float.fromhex("0x1.715476p-1"))  # of log2(e) / 2
LINEAR = mpf(float.fromhex("0x1.26aec0p1"))  # of log2(e) sqrt(8/pi); 20 bits after the point
CUBIC = mpf(float(np.float32(0.10294323958)))  # of log2(e) sqrt(8/pi) 0.044715

def normal(a): return mpf(2) ** (-a * a * HALF)
def power(a): return mpf(2) ** (-a * (LINEAR + CUBIC * a * a))
def tail(a): return erfc(a / sqrt(2)) / 2  # of the normal distribution

C1, C3 = 2 * sqrt(2 / pi), 2 * sqrt(2 / pi) * mpf("0.044715")

def argument(a): return a * (C1 + C3 * a * a)
def share(a): return 1 / (1 + exp(-argument(a)))

# Below a = 1/2 GELU in both forms and erf are fitted without their slope at 0 times a, which the
# kernels add (erf's rounded to float32).
def line(a, slope): return slope * a if a < 0.5 else 0
def gelu(a): return a * tail(a) / normal(a) - line(a, 0.5)
def gelu_slope(a): return (tail(a) - a * exp(-a * a / 2) / sqrt(2 * pi)) / normal(a)
def gelu_tanh(a): return a * share(-a) / power(a) - line(a, 0.5)
def gelu_tanh_slope(a):
    h = share(-a)
    return h * (1 - a * (C1 + 3 * C3 * a * a) * (1 - h)) / power(a)
def softplus(a): return exp(a) * log1p(exp(-a))

def log_pieces(scale):
    edges = []
    for i in range(16):
        low = mpf(2) ** (i // 4) * (1 + mpf(i % 4) / 4)
        high = mpf(2) ** ((i + 1) // 4) * (1 + mpf((i + 1) % 4) / 4)
        edges.append(((low - 1) * scale, (high - 1) * scale, (127 * 4 + i) % 16))
    return edges

def even_pieces():
    return [(mpf(i) / 4, mpf(i + 1) / 4, i) for i in range(16)]

def polynomial(c, x):
    return sum(mpf(float(k)) * mpf(float(x)) ** n for n, k in enumerate(c))

def fit(f, low, high, knot, fixed, floor):
    lo, hi = float(low), float(high)
    nodes = [(lo + hi) / 2 + (hi - lo) / 2 * np.cos(np.pi * (2 * k + 1) / 80) for k in range(40)]
    values = [f(mpf(float(a))) for a in nodes]
    weight = np.array([1 / max(abs(float(v)), floor) for v in values])
    if hi <= 0.5 and floor < 1e-20: weight = 1 / np.array(nodes)
    d = np.array([float(mpf(float(a)) - mpf(float(knot))) for a in nodes], dtype=np.longdouble)
    y = np.array([np.longdouble(float(v)) + float(v - mpf(float(v))) for v in values])
    c = list(fixed)
    while len(c) <= DEGREE:
        rest = y - sum(np.longdouble(float(v)) * d**k for k, v in enumerate(c))
        scale = float(max(abs(d)))
        basis = np.array([(d / scale) ** k for k in range(len(c), DEGREE + 1)]).T
        weighted, goal = (basis * weight[:, None]).astype(float), (rest * weight).astype(float)
        solution = np.linalg.lstsq(weighted, goal, rcond=None)[0]
        c.append(np.float32(solution[0] / scale ** len(c)))
    misses = [v - polynomial(c, x) for v, x in zip(values, d)]
    return c, max(abs(float(miss)) * w for miss, w in zip(misses, weight))

def best_knot(f, low, high):
    knot = np.float32(float((low + high) / 2))
    best = None
    near = []
    for _ in range(600):
        near.append(knot)
        knot = np.nextafter(knot, np.float32(99))
    wide = [np.float32(float(low + (high - low) * k / 4000)) for k in range(1, 4000)]
    for knot in near + wide:
        if best is not None and best[0] < 0.02: break
        v = f(mpf(float(knot)))
        r = np.float32(float(v))
        e = abs(float(v - mpf(float(r)))) / float(np.spacing(abs(r)))
        if best is None or e < best[0]: best = (e, knot, r)
    return best

def root(f, low, high):
    a, b = mpf(low), mpf(high)
    for _ in range(100):
        m = (a + b) / 2
        if f(a) * f(m) <= 0: b = m
        else: a = m
    return np.float32(float(a))

def table(name, f, pieces, zero=False, crossing=None, floor=1e-30):
    rows = [None] * 16
    worst = []
    for low, high, place in pieces:
        if low == 0 and zero:
            knot, fixed = np.float32(0), [np.float32(0)]
        elif crossing is not None and low <= crossing + 0.01 and crossing <= high:
            knot = np.float32(crossing)
            fixed = [np.float32(float(f(mpf(float(knot)))))]
        else:
            _, knot, c0 = best_knot(f, low, high)
            fixed = [c0]
        c, error = fit(f, low, high, knot, fixed, floor)
        worst.append(error * 2**24)
        rows[place] = [knot] + c
    each = [round(float(w), 3) for w in worst]
    print("// %s: fitted to %.3f units of 2^-24" % (name, max(worst)), each)
    print("static const float %s_pieces[8][16] = {" % name)
    for column in range(DEGREE + 2):
        items = ["%.9gf" % float(r[column]) for r in rows]
        items = [i if ("." in i or "e" in i) else i.replace("f", ".0f") for i in items]
        line = "    {"
        out = []
        for k, i in enumerate(items):
            piece = i + (", " if k < 15 else "},")
            if len(line) + len(piece) > 99:
                out.append(line.rstrip()); line = "     "
            line += piece
        out.append(line)
        print("\n".join(out))
    print("};\n")

table("gelu", gelu, log_pieces(1), zero=True)
c = root(gelu_slope, 0.7, 0.8)
table("gelu_slope", gelu_slope, log_pieces(1), crossing=float(c), floor=2**-6)
table("gelu_tanh", gelu_tanh, log_pieces(1), zero=True)
c = root(gelu_tanh_slope, 0.7, 0.8)
table("gelu_tanh_slope", gelu_tanh_slope, log_pieces(1), crossing=float(c), floor=2**-6)
table("softplus", softplus, log_pieces(2), floor=1e-19)
def erf_rest(a): return erf(a) - line(a, mpf("1.12837922573089599609375"))
table("erf", erf_rest, even_pieces(), zero=True)

# 2^f - 1 = f p(f)
nodes = [0.5 * np.cos(np.pi * (2 * k + 1) / 80) for k in range(40)]
def ratio(f): return (mpf(2) ** f - 1) / f

d = np.array(nodes)
c = []
y = np.array([float(ratio(mpf(float(a)))) for a in nodes])
w = np.abs(d)
while len(c) < 6:
    rest = y - sum(float(v) * d**k for k, v in enumerate(c))
    basis = np.array([d**k for k in range(len(c), 6)]).T
    s = np.linalg.lstsq(basis * w[:, None], rest * w, rcond=None)[0]
    c.append(np.float32(s[0]))
misses = [(ratio(mpf(float(f))) - polynomial(c, f)) * mpf(float(f)) for f in nodes]
print("// power of two:", ["%.9g" % float(v) for v in c])
print("// fitted to %.3f units of 2^-24" % (max(abs(float(miss)) for miss in misses) * 2**24))
