"""Put two small videos and a text on S3, for the contract: python seed.py."""

from __future__ import annotations

import os

import boto3
import numpy as np
from botocore.config import Config


def dive(splash: int, *, width: int = 320, height: int = 180, frames: int = 12) -> bytes:
    """Return a video of a diver in front of grey; `splash` is how much the water's brightness changes, 0 to 100."""
    video = [f"YUV4MPEG2 W{width} H{height} F25:1 Ip A1:1 C420jpeg\n".encode()]
    for index in range(frames):
        picture = np.full((height, width), 60, np.uint8)
        top = index * height // frames
        picture[top : top + height // 6, width * 15 // 32 : width * 17 // 32] = 200
        picture[height * 3 // 4 :] = 60 + splash * (index % 2)
        colours = np.full(2 * ((width + 1) // 2) * ((height + 1) // 2), 128, np.uint8)
        video += [b"FRAME\n", picture.tobytes(), colours.tobytes()]
    return b"".join(video)


def main() -> None:
    """Write them to the bucket that the function reads."""
    s3 = boto3.client("s3", config=Config(s3={"addressing_style": "path"}))
    videos = {"clean dive.y4m": dive(2), "belly+flop.y4m": dive(50), "no-video.y4m": b"GIF89a"}
    for name, video in videos.items():
        s3.put_object(Bucket=os.environ["BUCKET"], Key=f"videos/{name}", Body=video)


if __name__ == "__main__":
    main()
