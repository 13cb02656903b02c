/// `import Gradus` gives the whole library.
@_exported import Arrays
@_exported import Autodiff
@_exported import Datasets
@_exported import Explain
@_exported import Formats
@_exported import Labs
@_exported import Layers
@_exported import Models
@_exported import Plots
@_exported import Training
@_exported import Workbench
