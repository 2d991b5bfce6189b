"""The matrices of Oklab, for numpy and for torch.

They lead from linear sRGB to the responses of the three kinds of cones, and from the cube roots of these to
lightness (0 is black, 1 white), a (green to red) and b (blue to yellow). In Oklab, equal distances look
about equally different. The smallest visible difference between two colors side by side is 0.02; colors of
sRGB are at most 0.32 away from gray (Ottosson 2020, https://bottosson.github.io/posts/oklab/).
"""

RGB_TO_CONES = (
    (0.4122214708, 0.5363325363, 0.0514459929),
    (0.2119034982, 0.6806995451, 0.1073969566),
    (0.0883024619, 0.2817188376, 0.6299787005),
)
CONES_TO_OKLAB = (
    (0.2104542553, 0.7936177850, -0.0040720468),
    (1.9779984951, -2.4285922050, 0.4505937099),
    (0.0259040371, 0.7827717662, -0.8086757660),
)
