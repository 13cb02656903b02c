import Autodiff

/// A formula as a tree; Foundation has another type of this name.
typealias Expression = Autodiff.Expression
