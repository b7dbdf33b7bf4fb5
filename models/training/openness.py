"""Openness and pockets: shared/openness.ts and shared/pockets.ts, byte for byte (test_parity.py compares through the regions)."""
import numba as nb
import numpy as np

STOPS = 24
STEPS = np.array([step for x, y in ((1, 0), (2, 1), (1, 1), (1, 2)) for step in ((x, y), (-y, x), (-x, -y), (y, -x))], np.int64)
LEVELS = np.array([7, 5, 3])
DEEP, SMALLEST, MOUTH = 2, 2048, 3


@nb.njit(cache=True, nogil=True)
def openness_of(elevation):
    """uint8 [h, w]: of 16 rays from each pixel, how many leave the page without meeting a line. `elevation`: blurred ink."""
    height, width = elevation.shape
    out = np.zeros((height, width), np.uint8)
    free = np.zeros((height, width), np.uint8)
    for ray in range(len(STEPS)):
        step_x, step_y = STEPS[ray]
        sign_x, sign_y = np.sign(step_x), np.sign(step_y)
        beside_x = sign_x if abs(step_x) == 2 else 0
        beside_y = sign_y if abs(step_x) != 2 and abs(step_y) == 2 else 0
        is_long = beside_x != 0 or beside_y != 0
        is_diagonal = abs(step_x) == 1 and abs(step_y) == 1
        for row in range(height):
            y = height - 1 - row if step_y > 0 else row
            for column in range(width):
                x = width - 1 - column if step_x > 0 else column
                if elevation[y, x] >= STOPS:
                    free[y, x] = 0
                    continue
                next_x, next_y = x + step_x, y + step_y
                if next_x < 0 or next_x >= width or next_y < 0 or next_y >= height:
                    free[y, x] = 1
                elif is_diagonal and elevation[y, x + sign_x] >= STOPS and elevation[y + sign_y, x] >= STOPS:
                    free[y, x] = 0
                elif is_long and (elevation[y + beside_y, x + beside_x] >= STOPS or elevation[y + sign_y, x + sign_x] >= STOPS):
                    free[y, x] = 0
                else:
                    free[y, x] = free[next_y, next_x]
        for y in range(height):
            for x in range(width):
                out[y, x] += free[y, x]
    return out


@nb.njit(cache=True, nogil=True)
def _is_pocket(ids, openness, elevation, todo, found, level):
    """Whether what was found is large, deep, and nearly enclosed."""
    height, width = ids.shape
    paper = ids[todo[0] // width, todo[0] % width]
    clean, least, mouth, around = 0, level, 0, 0
    for i in range(found):
        y, x = todo[i] // width, todo[i] % width
        if elevation[y, x] > 0:
            continue
        clean += 1
        least = min(least, np.int64(openness[y, x]))
        for side in range(4):
            ny = y + (-1 if side == 2 else 1 if side == 3 else 0)
            nx = x + (-1 if side == 0 else 1 if side == 1 else 0)
            is_wall = nx < 0 or ny < 0 or nx >= width or ny >= height or elevation[ny, nx] > 0 or ids[ny, nx] != paper
            if not is_wall and openness[ny, nx] < level:
                continue
            around += 1
            if not is_wall:
                mouth += 1
    return least + DEEP <= level and clean * SMALLEST >= width * height and mouth * MOUTH <= around


@nb.njit(cache=True, nogil=True)
def cut_pockets(ids, openness, elevation, is_paper, count, papers, pixels):
    """Names the pockets of the papers in `ids` from `count` on; notes each one's paper and pixels, and returns how many there are."""
    height, width = ids.shape
    todo = np.empty(height * width, np.int32)
    pockets = 0
    for level in LEVELS:
        seen = np.zeros((height, width), np.uint8)
        for y in range(height):
            for x in range(width):
                paper = ids[y, x]
                if seen[y, x] or openness[y, x] >= level or paper >= count or not is_paper[paper]:
                    continue
                found, read = 1, 0
                todo[0] = y * width + x
                seen[y, x] = 1
                while read < found:
                    cy, cx = todo[read] // width, todo[read] % width
                    read += 1
                    for side in range(4):
                        ny = cy + (-1 if side == 2 else 1 if side == 3 else 0)
                        nx = cx + (-1 if side == 0 else 1 if side == 1 else 0)
                        if nx < 0 or ny < 0 or nx >= width or ny >= height or seen[ny, nx] or ids[ny, nx] != paper or openness[ny, nx] >= level:
                            continue
                        seen[ny, nx] = 1
                        todo[found] = ny * width + nx
                        found += 1
                if not _is_pocket(ids, openness, elevation, todo, found, level):
                    continue
                for i in range(found):
                    ids[todo[i] // width, todo[i] % width] = count + pockets
                papers[pockets], pixels[pockets] = paper, found
                pockets += 1
    return pockets
