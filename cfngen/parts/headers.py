"""Headers that tell browsers what a page of ours may do, added to every response at the edge."""

from __future__ import annotations

from troposphere import Parameter, Sub, Template, cloudfront

from ..layer import setting
from .metadata import context

TWO_YEARS = 63072000
"""Seconds, which is what preload lists ask for."""

CONTENT_SECURITY_POLICY = Parameter(
    "ContentSecurityPolicy",
    Type="String",
    Default=(
        "default-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; style-src 'self'; object-src 'none'; "
        "connect-src 'self' https://*.amazonaws.com wss:; form-action 'self' https://*.amazoncognito.com; "
        "frame-ancestors 'none'; base-uri 'self'"
    ),
    AllowedPattern="[ -~]{1,1024}",
    Description="What pages may load and whom they may call, where the application does not say so itself.",
)
PERMISSIONS = "camera=(self), microphone=(self), display-capture=(self), geolocation=(), payment=(), usb=()"
"""What consultations need, and nothing else."""


def security_headers(template: Template) -> cloudfront.ResponseHeadersPolicy:
    """Add the policy; all but the content policy replace what the application says."""
    config = cloudfront.ResponseHeadersPolicyConfig(
        Name=Sub("${Project}-${Environment}-security"),
        SecurityHeadersConfig=_security(template),
        CustomHeadersConfig=cloudfront.CustomHeadersConfig(
            Items=[cloudfront.CustomHeader(Header="Permissions-Policy", Value=PERMISSIONS, Override=True)]
        ),
        RemoveHeadersConfig=cloudfront.RemoveHeadersConfig(
            Items=[cloudfront.RemoveHeader(Header=name) for name in ("Server", "X-Powered-By", "X-AspNet-Version")]
        ),
    )
    return template.add_resource(
        cloudfront.ResponseHeadersPolicy(
            "SecurityHeaders",
            ResponseHeadersPolicyConfig=config,
            Metadata=context(
                "Browsers then refuse plain HTTP, framing, and scripts of others.", mutable="review-required"
            ),
        )
    )


def _security(template: Template) -> cloudfront.SecurityHeadersConfig:
    return cloudfront.SecurityHeadersConfig(
        ContentSecurityPolicy=cloudfront.ContentSecurityPolicy(
            ContentSecurityPolicy=setting(template, CONTENT_SECURITY_POLICY), Override=False
        ),
        ContentTypeOptions=cloudfront.ContentTypeOptions(Override=True),
        FrameOptions=cloudfront.FrameOptions(FrameOption="DENY", Override=True),
        ReferrerPolicy=cloudfront.ReferrerPolicy(ReferrerPolicy="strict-origin", Override=True),
        StrictTransportSecurity=cloudfront.StrictTransportSecurity(
            AccessControlMaxAgeSec=TWO_YEARS, IncludeSubdomains=True, Preload=True, Override=True
        ),
    )
