import Autodiff

/// A formula as a tree; Foundation has another type of this name.
package typealias Expression = Autodiff.Expression
