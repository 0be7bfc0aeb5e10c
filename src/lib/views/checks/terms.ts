/** What is said of the checks of an opened step: a part of the glossary. */
export const checkTerms = {
  gradientCheck: {
    term: 'gradient check',
    says: 'The gradient that backward computed beside one that was measured: move a number a little and see how the loss follows.'
  },
  centralDifference: {
    term: 'central difference',
    also: '(f(x + h) − f(x − h)) / 2h',
    says: 'A slope from two values, one on either side of a number.'
  },
  truncation: {
    term: 'truncation',
    says: 'What a central difference is off by because the function bends between its two points. It falls with h².'
  },
  roundOff: {
    term: 'round-off',
    also: 'ε',
    says: 'What a number is off by because only so many digits are kept: in f64 a share ε = 2.2e-16 of it. Divided by a small h it is large.'
  },
  kink: {
    term: 'kink',
    says: 'A place where a function has a corner and no slope, as ReLU at 0. A difference across it says nothing about the gradient.'
  },
  jacobian: {
    term: 'Jacobian',
    also: 'J, Jᵀ',
    says: 'The table of how each output of an operation follows each input. Forward multiplies a change by J, backward multiplies a gradient by its transpose Jᵀ.'
  },
  adjointCheck: {
    term: 'adjoint check',
    also: '⟨v, J u⟩ = ⟨Jᵀ v, u⟩',
    says: 'For random u and v, forward and backward must come to the same number by two ways. It checks all inputs of an operation at once.'
  },
  plantedBug: {
    term: 'planted bug',
    says: 'A wrong rule in a copy of the program, to practise on: the checks must find it. The run never computes with it.'
  },
  ulp: {
    term: 'ulp',
    says: 'Unit in the last place: the distance from a number to the next that its precision can hold. No single rounding is off by more than half of it.'
  },
  tolerance: {
    term: 'tolerance',
    says: 'How far an f32 result may be from the same in f64 by rounding alone. It follows from the rules of the hardware and the length of the sums.'
  }
} as const;
