/** Tensors as they lie in memory, row-major; every index is trusted. */
export type Reals = StaticArray<f32>;
export type Indices = StaticArray<i32>;
