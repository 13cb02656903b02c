/// LeNet-5 for 32×32 images: three 5×5 convolutions with tanh, average pooling after the first
/// two, and two dense layers; 61,706 parameters for one channel and ten classes.
///
/// The paper's subsampling had a trainable scale and offset, its second convolution a table of
/// connections, and its output radial basis functions; as is usual now, pooling is plain, every
/// map is connected, and the output is linear under a softmax.
///
/// - Shapes: [N, channels, 32, 32] → [N, classes]
/// - Parameters:
///   - channels: Channels of an image; at least 1.
///   - classes: Number of classes; at least 1.
/// - Source: LeCun, Bottou, Bengio and Haffner 1998, "Gradient-Based Learning Applied to Document
///   Recognition", section II.B.
public func leNet5(channels: Int = 1, classes: Int = 10) -> Sequential {
  Sequential {
    Conv2D(channels, 6, kernel: 5)
    Tanh()
    AveragePool2D(2)
    Conv2D(6, 16, kernel: 5)
    Tanh()
    AveragePool2D(2)
    Conv2D(16, 120, kernel: 5)
    Tanh()
    Flatten()
    Dense(120, 84)
    Tanh()
    Dense(84, classes)
  }
}
