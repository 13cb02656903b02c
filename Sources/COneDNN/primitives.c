// Descriptions of primitives, by version 2 of oneDNN's API.
#include "internal.h"
#ifdef GRADUS_ONEDNN

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// "convolution [32, 1, 28, 28]": what a primitive computes and the first array it has.
static const char *purpose(const char *what, const dnnl_memory_desc_t *first) {
  char text[160];
  int length = snprintf(text, sizeof text, "%s [", what);
  for (int axis = 0; axis < first->ndims && length < (int)sizeof text; axis++)
    length += snprintf(
        text + length, sizeof text - (size_t)length, axis ? ", %ld" : "%ld",
        (long)first->dims[axis]);
  if (length < (int)sizeof text - 1) strcpy(text + length, "]");
  const char *kept = strdup(text);
  return kept ? kept : what;
}

/// Makes a primitive of an operation descriptor. `queries[role]` is the query and index by which
/// the role's descriptor is found, or 0.
typedef struct {
  int role;
  dnnl_query_t query;
  int index;
} role_query;

/// Has max(·, 0) taken of the result.
static dnnl_status_t rectify(dnnl_primitive_attr_t attributes) {
  dnnl_post_ops_t operations = NULL;
  dnnl_status_t status = dnnl_post_ops_create(&operations);
  if (status == dnnl_success)
    status = dnnl_post_ops_append_eltwise(operations, 1, dnnl_eltwise_relu, 0, 0);
  if (status == dnnl_success) status = dnnl_primitive_attr_set_post_ops(attributes, operations);
  if (operations) dnnl_post_ops_destroy(operations);
  return status;
}

static gd_primitive *make(
    const char *what, const_dnnl_op_desc_t description, dnnl_primitive_desc_t hint,
    const role_query *queries, int count, bool rectified) {
  dnnl_primitive_attr_t attributes = NULL;
  dnnl_primitive_desc_t pd = NULL;
  gd_primitive *p = calloc(1, sizeof *p);
  dnnl_status_t status = p ? dnnl_primitive_attr_create(&attributes) : dnnl_out_of_memory;
  if (status == dnnl_success)
    status = dnnl_primitive_attr_set_scratchpad_mode(attributes, dnnl_scratchpad_mode_user);
  if (status == dnnl_success && rectified) status = rectify(attributes);
  if (status == dnnl_success)
    status = dnnl_primitive_desc_create(&pd, description, attributes, gd_engine(), hint);
  if (status == dnnl_success) status = dnnl_primitive_create(&p->primitive, pd);
  if (status == dnnl_success) {
    for (int i = 0; i < count; i++) {
      const dnnl_memory_desc_t *md =
          dnnl_primitive_desc_query_md(pd, queries[i].query, queries[i].index);
      if (!md || md->ndims == 0) continue;
      p->descriptors[queries[i].role] = *md;
      p->layouts[queries[i].role] = gd_intern(md);
    }
    const dnnl_memory_desc_t *md = dnnl_primitive_desc_query_md(pd, dnnl_query_scratchpad_md, 0);
    if (md) {
      p->scratchpad_descriptor = *md;
      p->scratchpad = dnnl_memory_desc_get_size(md);
    }
    const char *name = NULL;
    dnnl_primitive_desc_query(pd, dnnl_query_impl_info_str, 0, &name);
    p->implementation = name ? strdup(name) : "";
    p->purpose = purpose(what, &p->descriptors[queries[0].role]);
  }
  if (pd) dnnl_primitive_desc_destroy(pd);
  if (attributes) dnnl_primitive_attr_destroy(attributes);
  if (status != dnnl_success) {
    gd_fail(what, status);
    free(p);
    return NULL;
  }
  return p;
}

static dnnl_status_t any_layout(dnnl_memory_desc_t *md, int rank, const dnnl_dim_t *dims) {
  return dnnl_memory_desc_init_by_tag(md, rank, dims, dnnl_f32, dnnl_format_tag_any);
}

static gd_primitive *make_convolution(
    const gd_convolution *c, int pass, bool bias, bool rectified) {
  const dnnl_alg_kind_t algorithm = dnnl_convolution_direct;
  const dnnl_dims_t source = {c->n, c->c, c->h, c->w};
  const dnnl_dims_t target = {c->n, c->o, c->out[0], c->out[1]};
  const dnnl_dims_t grouped = {
      c->groups, c->o / c->groups, c->c / c->groups, c->kernel[0], c->kernel[1]};
  const dnnl_dims_t offsets = {c->o};
  const dnnl_dims_t strides = {c->stride[0], c->stride[1]};
  const dnnl_dims_t dilates = {c->dilation[0] - 1, c->dilation[1] - 1};
  const dnnl_dims_t padding = {c->padding[0], c->padding[1]};
  dnnl_dims_t right;
  for (int axis = 0; axis < 2; axis++) {
    const long extent = c->dilation[axis] * (c->kernel[axis] - 1) + 1;
    right[axis] = (c->out[axis] - 1) * c->stride[axis] + extent - c->padding[axis] -
                  (axis == 0 ? c->h : c->w);
  }
  dnnl_memory_desc_t src, weights, b, dst;
  any_layout(&src, 4, source);
  any_layout(&weights, c->groups > 1 ? 5 : 4, c->groups > 1 ? grouped : grouped + 1);
  any_layout(&b, 1, offsets);
  any_layout(&dst, 4, target);
  dnnl_convolution_desc_t forward, description;
  dnnl_status_t status = dnnl_dilated_convolution_forward_desc_init(
      &forward, dnnl_forward_training, algorithm, &src, &weights,
      bias || pass != GD_FORWARD ? &b : NULL, &dst, strides, dilates, padding, right);
  if (status == dnnl_success && pass == GD_BACKWARD_DATA)
    status = dnnl_dilated_convolution_backward_data_desc_init(
        &description, algorithm, &src, &weights, &dst, strides, dilates, padding, right);
  if (status == dnnl_success && pass == GD_BACKWARD_WEIGHTS)
    status = dnnl_dilated_convolution_backward_weights_desc_init(
        &description, algorithm, &src, &weights, bias ? &b : NULL, &dst, strides, dilates,
        padding, right);
  if (status != dnnl_success) {
    gd_fail("convolution", status);
    return NULL;
  }
  gd_primitive *made = NULL;
  if (pass == GD_FORWARD) {
    const role_query roles[] = {
        {GD_SOURCE, dnnl_query_src_md, 0},
        {GD_WEIGHTS, dnnl_query_weights_md, 0},
        {GD_TARGET, dnnl_query_dst_md, 0},
        {GD_BIAS, dnnl_query_weights_md, 1}};
    made = make("convolution", &forward, NULL, roles, bias ? 4 : 3, rectified);
  } else {
    dnnl_primitive_desc_t hint;
    status = dnnl_primitive_desc_create(&hint, &forward, NULL, gd_engine(), NULL);
    if (status != dnnl_success) {
      gd_fail("convolution", status);
      return NULL;
    }
    if (pass == GD_BACKWARD_DATA) {
      const role_query roles[] = {
          {GD_SOURCE_GRADIENT, dnnl_query_diff_src_md, 0},
          {GD_WEIGHTS, dnnl_query_weights_md, 0},
          {GD_TARGET_GRADIENT, dnnl_query_diff_dst_md, 0}};
      made = make("convolution backward by data", &description, hint, roles, 3, false);
    } else {
      const role_query roles[] = {
          {GD_SOURCE, dnnl_query_src_md, 0},
          {GD_WEIGHTS_GRADIENT, dnnl_query_diff_weights_md, 0},
          {GD_TARGET_GRADIENT, dnnl_query_diff_dst_md, 0},
          {GD_BIAS_GRADIENT, dnnl_query_diff_weights_md, 1}};
      made = make("convolution backward by weights", &description, hint, roles, bias ? 4 : 3, false);
    }
    dnnl_primitive_desc_destroy(hint);
  }
  return made;
}

const gd_primitive *gd_convolution_primitive(const gd_convolution *c, int pass, int options) {
  gd_key key = {.kind = KIND_CONVOLUTION};
  _Static_assert(sizeof *c <= sizeof key.numbers - 2 * sizeof(long), "a convolution fits the key");
  memcpy(key.numbers, c, sizeof *c);
  key.numbers[22] = pass;
  key.numbers[23] = options;
  const gd_primitive *found = gd_cache_find(&key);
  if (found) return found;
  const bool bias = options & GD_WITH_BIAS, rectified = options & GD_RECTIFIED;
  gd_primitive *made = make_convolution(c, pass, bias, rectified);
  return made ? gd_cache_keep(&key, made) : NULL;
}


const gd_primitive *gd_average_pool_primitive(
    const long *sizes, const long *out, const long *window, const long *stride,
    const long *padding, bool counts_padding, bool backward, const gd_layout *given) {
  gd_key key = {.kind = KIND_POOL, .layouts = {given}};
  for (int i = 0; i < 4; i++) key.numbers[i] = sizes[i];
  for (int i = 0; i < 2; i++) {
    key.numbers[4 + i] = out[i];
    key.numbers[6 + i] = window[i];
    key.numbers[8 + i] = stride[i];
    key.numbers[10 + i] = padding[i];
  }
  key.numbers[12] = counts_padding;
  key.numbers[13] = backward;
  const gd_primitive *found = gd_cache_find(&key);
  if (found) return found;

  const dnnl_dims_t source = {sizes[0], sizes[1], sizes[2], sizes[3]};
  const dnnl_dims_t target = {sizes[0], sizes[1], out[0], out[1]};
  const dnnl_dims_t kernel = {window[0], window[1]}, strides = {stride[0], stride[1]};
  const dnnl_dims_t dilation = {0, 0}, left = {padding[0], padding[1]};
  dnnl_dims_t right;
  for (int axis = 0; axis < 2; axis++)
    right[axis] = (out[axis] - 1) * stride[axis] + window[axis] - padding[axis] - sizes[2 + axis];
  const dnnl_alg_kind_t algorithm =
      counts_padding ? dnnl_pooling_avg_include_padding : dnnl_pooling_avg_exclude_padding;
  dnnl_memory_desc_t src, dst;
  any_layout(&src, 4, source);
  any_layout(&dst, 4, target);
  if (backward)
    dst = given->descriptor;
  else
    src = given->descriptor;
  dnnl_pooling_v2_desc_t forward, description;
  dnnl_memory_desc_t forward_src = src;
  if (backward) {
    // The forward pass is only a hint; it needs a definite source layout.
    dnnl_memory_desc_init_by_tag(&forward_src, 4, source, dnnl_f32, dnnl_nchw);
    if (!given->plain) {
      const dnnl_blocking_desc_t *b = &given->descriptor.format_desc.blocking;
      if (b->inner_nblks == 1 && b->inner_idxs[0] == 1)
        dnnl_memory_desc_init_by_tag(
            &forward_src, 4, source, dnnl_f32, b->inner_blks[0] == 8 ? dnnl_nChw8c : dnnl_nChw16c);
      else if (b->inner_nblks == 0 && b->strides[1] == 1)
        dnnl_memory_desc_init_by_tag(&forward_src, 4, source, dnnl_f32, dnnl_nhwc);
    }
    src = forward_src;
  }
  dnnl_status_t status = dnnl_pooling_v2_forward_desc_init(
      &forward, dnnl_forward_training, algorithm, &forward_src, &dst, strides, kernel, dilation,
      left, right);
  gd_primitive *made = NULL;
  if (status == dnnl_success && !backward) {
    const role_query roles[] = {
        {GD_SOURCE, dnnl_query_src_md, 0}, {GD_TARGET, dnnl_query_dst_md, 0}};
    made = make("average pooling", &forward, NULL, roles, 2, false);
  } else if (status == dnnl_success) {
    status = dnnl_pooling_v2_backward_desc_init(
        &description, algorithm, &src, &dst, strides, kernel, dilation, left, right);
    dnnl_primitive_desc_t hint = NULL;
    if (status == dnnl_success)
      status = dnnl_primitive_desc_create(&hint, &forward, NULL, gd_engine(), NULL);
    if (status == dnnl_success) {
      const role_query roles[] = {
          {GD_SOURCE_GRADIENT, dnnl_query_diff_src_md, 0},
          {GD_TARGET_GRADIENT, dnnl_query_diff_dst_md, 0}};
      made = make("average pooling backward", &description, hint, roles, 2, false);
      dnnl_primitive_desc_destroy(hint);
    }
  }
  if (status != dnnl_success) gd_fail("average pooling", status);
  return made ? gd_cache_keep(&key, made) : NULL;
}

const gd_primitive *gd_batch_norm_primitive(const gd_layout *layout, int pass, float epsilon) {
  gd_key key = {.kind = KIND_NORM, .layouts = {layout}};
  key.numbers[0] = pass;
  memcpy(&key.numbers[1], &epsilon, sizeof epsilon);
  const gd_primitive *found = gd_cache_find(&key);
  if (found) return found;

  const unsigned affine = dnnl_use_scale | dnnl_use_shift;
  dnnl_batch_normalization_desc_t forward, description;
  dnnl_status_t status = dnnl_batch_normalization_forward_desc_init(
      &forward, pass == GD_NORM_INFERENCE ? dnnl_forward_inference : dnnl_forward_training,
      &layout->descriptor, epsilon,
      pass == GD_NORM_INFERENCE ? affine | dnnl_use_global_stats : affine);
  gd_primitive *made = NULL;
  if (status == dnnl_success && pass == GD_NORM_TRAINING) {
    const role_query roles[] = {
        {GD_SOURCE, dnnl_query_src_md, 0},      {GD_TARGET, dnnl_query_dst_md, 0},
        {GD_MEAN, dnnl_query_dst_md, 1},        {GD_VARIANCE, dnnl_query_dst_md, 2},
        {GD_SCALE, dnnl_query_weights_md, 0},   {GD_OFFSET, dnnl_query_weights_md, 1}};
    made = make("batch normalisation", &forward, NULL, roles, 6, false);
  } else if (status == dnnl_success && pass == GD_NORM_INFERENCE) {
    const role_query roles[] = {
        {GD_SOURCE, dnnl_query_src_md, 0},      {GD_TARGET, dnnl_query_dst_md, 0},
        {GD_MEAN, dnnl_query_src_md, 1},        {GD_VARIANCE, dnnl_query_src_md, 2},
        {GD_SCALE, dnnl_query_weights_md, 0},   {GD_OFFSET, dnnl_query_weights_md, 1}};
    made = make("batch normalisation", &forward, NULL, roles, 6, false);
  } else if (status == dnnl_success) {
    status = dnnl_batch_normalization_backward_desc_init(
        &description, dnnl_backward, &layout->descriptor, &layout->descriptor, epsilon, affine);
    dnnl_primitive_desc_t hint = NULL;
    if (status == dnnl_success)
      status = dnnl_primitive_desc_create(&hint, &forward, NULL, gd_engine(), NULL);
    if (status == dnnl_success) {
      const role_query roles[] = {
          {GD_SOURCE, dnnl_query_src_md, 0},
          {GD_MEAN, dnnl_query_src_md, 1},
          {GD_VARIANCE, dnnl_query_src_md, 2},
          {GD_TARGET_GRADIENT, dnnl_query_diff_dst_md, 0},
          {GD_SCALE, dnnl_query_weights_md, 0},
          {GD_OFFSET, dnnl_query_weights_md, 0},  // version 2.6 insists on it, and uses it not
          {GD_SOURCE_GRADIENT, dnnl_query_diff_src_md, 0},
          {GD_SCALE_GRADIENT, dnnl_query_exec_arg_md, DNNL_ARG_DIFF_SCALE},
          {GD_OFFSET_GRADIENT, dnnl_query_exec_arg_md, DNNL_ARG_DIFF_SHIFT}};
      made = make("batch normalisation backward", &description, hint, roles, 9, false);
      dnnl_primitive_desc_destroy(hint);
    }
  }
  if (status != dnnl_success) gd_fail("batch normalisation", status);
  return made ? gd_cache_keep(&key, made) : NULL;
}

const gd_primitive *gd_matmul_primitive(
    const gd_layout *a, const gd_layout *b, const gd_layout *target) {
  gd_key key = {.kind = KIND_MATMUL, .layouts = {a, b, target}};
  const gd_primitive *found = gd_cache_find(&key);
  if (found) return found;
  dnnl_matmul_desc_t description;
  const dnnl_status_t status = dnnl_matmul_desc_init(
      &description, &a->descriptor, &b->descriptor, NULL, &target->descriptor);
  if (status != dnnl_success) {
    gd_fail("matmul", status);
    return NULL;
  }
  const role_query roles[] = {
      {GD_SOURCE, dnnl_query_src_md, 0},
      {GD_WEIGHTS, dnnl_query_weights_md, 0},
      {GD_TARGET, dnnl_query_dst_md, 0}};
  gd_primitive *made = make("matmul", &description, NULL, roles, 3, false);
  return made ? gd_cache_keep(&key, made) : NULL;
}

const gd_primitive *gd_reorder_primitive(
    const gd_layout *from, const gd_layout *to, bool counted) {
  gd_key key = {.kind = KIND_REORDER, .numbers = {counted}, .layouts = {from, to}};
  const gd_primitive *found = gd_cache_find(&key);
  if (found) return found;
  dnnl_primitive_attr_t attributes = NULL;
  dnnl_primitive_desc_t pd = NULL;
  gd_primitive *p = calloc(1, sizeof *p);
  dnnl_status_t status = p ? dnnl_primitive_attr_create(&attributes) : dnnl_out_of_memory;
  if (status == dnnl_success)
    status = dnnl_primitive_attr_set_scratchpad_mode(attributes, dnnl_scratchpad_mode_user);
  if (status == dnnl_success)
    status = dnnl_reorder_primitive_desc_create(
        &pd, &from->descriptor, gd_engine(), &to->descriptor, gd_engine(), attributes);
  if (status == dnnl_success) status = dnnl_primitive_create(&p->primitive, pd);
  if (status == dnnl_success) {
    p->descriptors[GD_SOURCE] = from->descriptor;
    p->descriptors[GD_TARGET] = to->descriptor;
    p->layouts[GD_SOURCE] = from;
    p->layouts[GD_TARGET] = to;
    p->reorder = counted;
    const dnnl_memory_desc_t *md = dnnl_primitive_desc_query_md(pd, dnnl_query_scratchpad_md, 0);
    if (md) {
      p->scratchpad_descriptor = *md;
      p->scratchpad = dnnl_memory_desc_get_size(md);
    }
    const char *name = NULL;
    dnnl_primitive_desc_query(pd, dnnl_query_impl_info_str, 0, &name);
    p->implementation = name ? strdup(name) : "";
    p->purpose = purpose(counted ? "reorder" : "reorder of weights", &from->descriptor);
  }
  if (pd) dnnl_primitive_desc_destroy(pd);
  if (attributes) dnnl_primitive_attr_destroy(attributes);
  if (status != dnnl_success) {
    gd_fail("reorder", status);
    free(p);
    return NULL;
  }
  return gd_cache_keep(&key, p);
}

#endif
