//! Links to components: what hangs together, by whatever path. They bound work and decide nothing.

/// For each of `count` things the smallest one that links connect it with.
///
/// # Complexity
///
/// O((n + m) log n) for n things and m links, and hardly more than n + m in practice.
///
/// # References
///
/// R. Tarjan, J. van Leeuwen, "Worst-case Analysis of Set Union Algorithms" (1984): path halving.
///
/// ```
/// use samestory::component::components;
///
/// assert_eq!(components(5, &[(1, 4), (0, 4)]), [0, 0, 2, 3, 0]);
/// ```
///
/// # Panics
///
/// When a link is of a thing that is not there.
#[must_use]
pub fn components(count: usize, links: &[(u32, u32)]) -> Vec<u32> {
    let mut parent: Vec<u32> = (0..count as u32).collect();
    for &(a, b) in links {
        let (a, b) = (root(&mut parent, a), root(&mut parent, b));
        parent[a.max(b) as usize] = a.min(b);
    }
    (0..count as u32)
        .map(|thing| root(&mut parent, thing))
        .collect()
}

/// The smallest of a component; halves the path to it on the way.
fn root(parent: &mut [u32], mut thing: u32) -> u32 {
    while parent[thing as usize] != thing {
        parent[thing as usize] = parent[parent[thing as usize] as usize];
        thing = parent[thing as usize];
    }
    thing
}
