//! Names that stand for packages from outside the standard library.
//!
//! Code that uses one of them needs the package, or its import: no other value can stand in for it. The table holds what
//! is common, under the names that people import it by.

use super::fixes::library;

/// Most slips by which a name is nearly another one.
const SLIPS: usize = 2;

/// Names as they are used, the line that imports each, and the package it comes with.
const PACKAGES: &[(&str, &str, &str)] = &[
    ("aiohttp", "import aiohttp", "aiohttp"),
    ("arrow", "import arrow", "arrow"),
    ("boto3", "import boto3", "boto3"),
    ("bs4", "import bs4", "beautifulsoup4"),
    ("BeautifulSoup", "from bs4 import BeautifulSoup", "beautifulsoup4"),
    ("celery", "import celery", "celery"),
    ("cv2", "import cv2", "opencv-python"),
    ("dateutil", "import dateutil", "python-dateutil"),
    ("django", "import django", "django"),
    ("dotenv", "import dotenv", "python-dotenv"),
    ("fastapi", "import fastapi", "fastapi"),
    ("FastAPI", "from fastapi import FastAPI", "fastapi"),
    ("flask", "import flask", "flask"),
    ("Flask", "from flask import Flask", "flask"),
    ("gevent", "import gevent", "gevent"),
    ("httpx", "import httpx", "httpx"),
    ("jinja2", "import jinja2", "jinja2"),
    ("jsonschema", "import jsonschema", "jsonschema"),
    ("jwt", "import jwt", "pyjwt"),
    ("keras", "import keras", "keras"),
    ("loguru", "import loguru", "loguru"),
    ("lxml", "import lxml", "lxml"),
    ("marshmallow", "import marshmallow", "marshmallow"),
    ("matplotlib", "import matplotlib", "matplotlib"),
    ("mpl", "import matplotlib as mpl", "matplotlib"),
    ("msgpack", "import msgpack", "msgpack"),
    ("networkx", "import networkx", "networkx"),
    ("nx", "import networkx as nx", "networkx"),
    ("nltk", "import nltk", "nltk"),
    ("np", "import numpy as np", "numpy"),
    ("numpy", "import numpy", "numpy"),
    ("openai", "import openai", "openai"),
    ("orjson", "import orjson", "orjson"),
    ("pandas", "import pandas", "pandas"),
    ("paramiko", "import paramiko", "paramiko"),
    ("pd", "import pandas as pd", "pandas"),
    ("pendulum", "import pendulum", "pendulum"),
    ("PIL", "import PIL", "pillow"),
    ("plt", "import matplotlib.pyplot as plt", "matplotlib"),
    ("plotly", "import plotly", "plotly"),
    ("psutil", "import psutil", "psutil"),
    ("psycopg2", "import psycopg2", "psycopg2-binary"),
    ("pydantic", "import pydantic", "pydantic"),
    ("pygame", "import pygame", "pygame"),
    ("pymongo", "import pymongo", "pymongo"),
    ("pymysql", "import pymysql", "pymysql"),
    ("pytz", "import pytz", "pytz"),
    ("redis", "import redis", "redis"),
    ("requests", "import requests", "requests"),
    ("rich", "import rich", "rich"),
    ("scipy", "import scipy", "scipy"),
    ("seaborn", "import seaborn", "seaborn"),
    ("selenium", "import selenium", "selenium"),
    ("simplejson", "import simplejson", "simplejson"),
    ("sklearn", "import sklearn", "scikit-learn"),
    ("sns", "import seaborn as sns", "seaborn"),
    ("sqlalchemy", "import sqlalchemy", "sqlalchemy"),
    ("sympy", "import sympy", "sympy"),
    ("tabulate", "import tabulate", "tabulate"),
    ("tensorflow", "import tensorflow", "tensorflow"),
    ("tf", "import tensorflow as tf", "tensorflow"),
    ("toml", "import toml", "toml"),
    ("torch", "import torch", "torch"),
    ("tornado", "import tornado", "tornado"),
    ("tqdm", "from tqdm import tqdm", "tqdm"),
    ("ujson", "import ujson", "ujson"),
    ("urllib3", "import urllib3", "urllib3"),
    ("websockets", "import websockets", "websockets"),
    ("xmltodict", "import xmltodict", "xmltodict"),
    ("yaml", "import yaml", "pyyaml"),
];

/// Returns the line that imports what a name stands for; `None` for a name of no package known.
pub fn import_of(name: &str) -> Option<&'static str> {
    PACKAGES.iter().find(|(known, _, _)| *known == name).map(|(_, line, _)| *line)
}

/// Returns the package that a name of it comes with.
pub fn package_of(name: &str) -> Option<&'static str> {
    PACKAGES.iter().find(|(known, _, _)| *known == name).map(|(_, _, package)| *package)
}

/// Tells whether a name is that of a module of Python's library but for a slip or two.
pub fn is_nearly_standard(name: &str) -> bool {
    let slips = if name.len() > SLIPS * 2 { SLIPS } else { 1 };
    library::modules().any(|module| strsim::osa_distance(module.name, name) <= slips)
}
